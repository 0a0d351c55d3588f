// A model of the engine's protocol, explored at random or breadth-first. See README.md beside it.
// g++ -O2 -std=c++20 -o protocol protocol.cpp
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <initializer_list>
#include <string>
#include <unordered_set>
#include <vector>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;

// ---- bounds: pages, frames, spill slots, snapshots, records of a segment, last sequence number
#ifndef NP
#define NP 4
#endif
#ifndef NF
#define NF 4
#endif
#ifndef SP
#define SP 5
#endif
#ifndef NS
#define NS 2
#endif
#ifndef RR
#define RR 6
#endif
#ifndef MAXC
#define MAXC 30
#endif
static const u8 INF = 255, TORN = 250;

// ---- rules, each of which can be taken out
#define RULES(X) \
  X(IMAGE_FIRST) X(IMAGE_DIRECT) X(IMAGE_GONE) X(HOME_DURABLE) X(HOME_VISIBLE) X(GUARD) X(END_BEFORE_HOME) X(SETTLE) \
  X(SLOT_GREATEST) X(LOAD_END) X(LOAD_END_SLOTS) X(END_AT_COPY) X(ABORT_REOPENS) X(SPILL_NEEDED) X(NEEDED_VISIBLE) \
  X(SWEEP_NEWEST) X(SWEEP_OWN) X(UNSPILL_REWRITE) X(UNSPILL_REMOVE) X(FRESH_HIGHWATER) X(DIRECT_HOME_ONLY) \
  X(DIRECT_FLUSH) X(CUT_LOG) X(CUT_SNAPSHOT) X(CUT_VISIBLE) X(CUT_FRAMES) X(CUT_SLOTS) X(MARK) X(MARK_DURABLE) \
  X(HEADER_OLDEST) X(HEADER_TWICE) X(HEADER_FIRST) X(SWITCH_FLUSHED) X(RECOVER_OTHER) X(RECOVER_CUT) X(RECOVER_FLUSH) \
  X(SALT) X(ROOT_AT_START) X(ROOT_AT_CLOSE) X(MARK_GENERATION) X(MARK_SEQUENCE) X(CHECKPOINT_STARTED) X(START_DELETES) \
  X(STRIPE) X(SNAPSHOT_RECHECK) X(SEQUENCE_ONCE) X(CHECKPOINT_ALL) X(CHECKPOINT_SWEEP) X(CHECKPOINT_FLUSH) \
  X(ACKNOWLEDGE_DURABLE) X(PUBLISH_DURABLE) X(FAIL_STOP) X(ABORT_DROPS_SLOTS) X(WAS_HOME)
enum Rule {
#define X(n) R_##n,
  RULES(X)
#undef X
  RULE_COUNT
};
static const char* const RULE_NAMES[] = {
#define X(n) #n,
  RULES(X)
#undef X
};
static bool g_off[RULE_COUNT];
static bool on(Rule r) { return !g_off[r]; }

// ---- steps
#define STEPS(X) \
  X(BEGIN) X(START) X(WRITE) X(WREAD) X(ALLOC) X(FREE) X(SHRINK) X(SEAL) X(DFLUSH) X(APPEND) X(ABORT) X(FLUSH_BEGIN) \
  X(FLUSH_END) X(FLUSH_FAIL) X(PUBLISH) X(TAKE) X(REGISTER) X(SREAD) X(SCLOSE) X(EVICT) X(HOME) X(HOME_END) X(SWEEP) \
  X(SWITCH) X(SWITCH_END) X(CK_SWEEP) X(CK_FRAMES) X(CK_FLUSH) X(CK_FLUSHED) X(CK_RETIRE) X(CK_DONE) X(CUT) X(CLOSE) \
  X(COMMIT) X(CHECKPOINT) X(CRASH) X(REPLAY) X(RFLUSH) X(RHEADER) X(ROPEN)
enum Step {
#define X(n) S_##n,
  STEPS(X)
#undef X
  STEP_COUNT
};
static const char* const STEP_NAMES[] = {
#define X(n) #n,
  STEPS(X)
#undef X
};

// ---- state. A page is two halves; page 0 is the root {page count, mask of free pages} and, at home, the mark.
struct Mark { u8 clean, seq, lsn, gen; };
struct Page { u8 a, b, seq, direct, ok; Mark mark; };
struct Frame { u8 st, pos, from, to, dirty, spilled, direct; Page c; };  // st 0 = free, 1 = private, 2 = committed
struct Slot { u8 used, pos, from, to; Page c; };
struct Entry { u8 pos, base, mask, a, b; };
struct Record { u8 valid, salt, lsn, seq, prev, digest, durable, oldest, n; Entry e[NP]; };
struct Header { u8 valid, salt, gen, first, oldest, lsn, prev; };
struct Segment {
  Header hd, hp;          // durable; written, not flushed
  u8 pending, deleting;   // a header, the deletion of the file
  Record d[RR], p[RR];
  u8 st[RR];              // 0 = nothing, 1 = in the buffer, 2 = written
  u8 n, live;
};
struct State {
  Page D[NP], P[NP][2];   // homes: durable; written, not flushed, at most two of a page
  u8 np[NP], cap[NP];     // how many of them; how many of these a flush that is under way takes
  Segment sg[2];
  Frame f[NF];
  Slot sp[SP];
  Mark mark;              // what goes into page 0 when it goes home
  u8 mode;                // 0 open, 1 crashed, 2 replayed, 3 flushed, 4 header written, 5 to 9 closing
  u8 started, rootLogged, unclean, start, failed, act;
  u8 issued, last, durable, visible, lsn, durLsn, prev, digest, salt, oldest, curGen, high, length, shrunkAt;
  u8 wact, wC, wsealed, wchanged, wfresh, wdirectEnd, wunflushed, wk[NP];
  u8 ss[NS], sv[NS];
  u8 ck, ckFirst, markLsn, switching, flushing;
  u8 hw, hwPos; Page hwPage;
  u8 rk, rlsn, rgen, rclean, crashes, acked;
  u8 H[MAXC + 2][NP][2];  // ghost: what each commit holds
  u8 cur[NP][2];
  u64 commits;
};
static std::string g_why;
static bool g_relaxed;
static void fail(const char* why) { if (g_why.empty()) g_why = why; }
static bool same(const Page& c, const u8* e) { return c.ok && c.a == e[0] && c.b == e[1]; }
static bool isUsed(const u8 (*h)[2], int p) { return p < h[0][0] && (p == 0 || !((h[0][1] >> p) & 1)); }

// ---- home
static const Page& home(const State& s, int p) { return s.np[p] ? s.P[p][s.np[p] - 1] : s.D[p]; }
static void writeHome(State& s, int p, Page c) {
  if (p == 0) c.mark = s.mark;
  if (s.np[p] < 2) { s.P[p][s.np[p]++] = c; return; }
  if (s.cap[p]) s.cap[p] = 1; else s.P[p][0] = s.P[p][1];
  s.P[p][1] = c;
}
static void beginHomeFlush(State& s) { for (int p = 0; p < NP; p++) s.cap[p] = s.np[p]; }
static void endHomeFlush(State& s) {
  for (int p = 0; p < NP; p++) {
    int k = s.cap[p];
    if (!k) continue;
    s.D[p] = s.P[p][k - 1];
    for (int i = k; i < s.np[p]; i++) s.P[p][i - k] = s.P[p][i];
    s.np[p] -= k;
    for (int i = s.np[p]; i < 2; i++) s.P[p][i] = Page{};
    s.cap[p] = 0;
  }
}
static void flushHome(State& s) { beginHomeFlush(s); endHomeFlush(s); }
static void cutHome(State& s, int count) {
  for (int p = count; p < s.length; p++) writeHome(s, p, Page{});
  s.length = std::min<int>(s.length, count);
}

// ---- versions
static bool anyIn(const State& s, int from, int to) {
  for (int i = 0; i < NS; i++) if (s.ss[i] == 2 && s.sv[i] >= from && s.sv[i] < to) return true;
  return false;
}
static bool isNeeded(const State& s, int from, int to) {
  if (anyIn(s, from, to)) return true;
  return on(R_NEEDED_VISIBLE) ? to > s.visible : from <= s.visible && s.visible < to;
}
static int freeFrame(const State& s) { for (int i = 0; i < NF; i++) if (!s.f[i].st) return i; return -1; }
static int frameOf(const State& s, int p, int from) {
  for (int i = 0; i < NF; i++) if (s.f[i].st && s.f[i].pos == p && s.f[i].from == from) return i;
  return -1;
}
static int slotOf(const State& s, int p, int from) {
  for (int i = 0; i < SP; i++) if (s.sp[i].used && s.sp[i].pos == p && s.sp[i].from == from) return i;
  return -1;
}
static u8 nextMapped(const State& s, int p, int from, u8 to) {
  for (int i = 0; i < NF; i++) if (s.f[i].st && s.f[i].pos == p && s.f[i].from > from) to = std::min(to, s.f[i].from);
  return to;
}
static u8 nextVersion(const State& s, int p, int from) {
  u8 to = nextMapped(s, p, from, INF);
  for (int i = 0; i < SP; i++)
    if (s.sp[i].used && s.sp[i].pos == p && s.sp[i].from > from) to = std::min(to, s.sp[i].from);
  return to;
}
struct Found { int where, at; Page c; u8 from, to; };  // where: -1 nowhere, 0 frame, 1 slot, 2 home
static Found find(const State& s, int p, int S) {
  Found r{-1, -1, {}, 0, 0};
  for (int i = 0; i < NF; i++) {
    const Frame& f = s.f[i];
    if (f.st && f.pos == p && f.from <= S && S < f.to) return {0, i, f.c, f.from, f.to};
  }
  int best = -1;
  u8 next = INF;
  for (int i = 0; i < SP; i++) {
    const Slot& q = s.sp[i];
    if (!q.used || q.pos != p) continue;
    if (q.from > S) next = std::min(next, q.from);
    else if (best < 0 || (on(R_SLOT_GREATEST) && q.from > s.sp[best].from)) best = i;
  }
  if (!on(R_LOAD_END_SLOTS)) next = INF;
  if (best >= 0 && S < s.sp[best].to) {
    const Slot& q = s.sp[best];
    u8 to = q.to != INF || !on(R_LOAD_END) ? q.to : nextMapped(s, p, q.from, next);
    return {1, best, q.c, q.from, to};
  }
  const Page& h = home(s, p);
  if (!h.ok || h.seq > S) return r;
  u8 to = on(R_LOAD_END) ? nextMapped(s, p, h.seq, next) : INF;
  return to <= S ? r : Found{2, -1, h, h.seq, to};
}
static bool isHeld(const State& s, int p) { return s.hw && s.hwPos == p && on(R_STRIPE); }
static int load(State& s, const Found& c, int p) {
  int i = freeFrame(s);
  if (i < 0 || isHeld(s, p)) return -2;
  bool own = s.wact && c.from == s.wC;
  u8 spilled = c.where == 1, direct = own && c.where == 2;
  s.f[i] = Frame{u8(own ? 1 : 2), u8(p), c.from, c.to, spilled, spilled, direct, c.c};
  s.f[i].c.mark = Mark{};
  return i;
}
static bool put(State& s, int p, u8 from, u8 to, const Page& c) {
  int i = slotOf(s, p, from);
  for (int k = 0; k < SP && i < 0; k++) if (!s.sp[k].used) i = k;
  if (i < 0) return false;
  s.sp[i] = Slot{1, u8(p), from, to, c};
  return true;
}
static void removeSlot(State& s, int k) {
  int i = frameOf(s, s.sp[k].pos, s.sp[k].from);
  if (i >= 0 && on(R_UNSPILL_REMOVE)) s.f[i].spilled = 0;
  s.sp[k] = Slot{};
}

// ---- the writer. -1 = a violation was found, -2 = not now
static int own(State& s, int p) {
  Found c = find(s, p, s.wC);
  if (c.where < 0) { fail("writer: its version is nowhere"); return -1; }
  if (!same(c.c, s.cur[p])) { fail("writer: reads another version"); return -1; }
  return c.where == 0 ? c.at : load(s, c, p);
}
static int supersede(State& s, int p, Page c, u8 direct) {
  int j = freeFrame(s);
  if (j < 0 || isHeld(s, p)) return -2;
  for (int i = 0; i < NF && on(R_END_AT_COPY); i++)
    if (s.f[i].st && s.f[i].pos == p && s.f[i].to == INF) s.f[i].to = s.wC;
  c.seq = s.wC;
  c.direct = 0;
  s.f[j] = Frame{1, u8(p), s.wC, INF, 1, 0, direct, c};
  if (direct) s.wdirectEnd = std::max<u8>(s.wdirectEnd, p + 1);
  s.wchanged = 1;
  return j;
}
static int edit(State& s, int p) {
  int i = own(s, p);
  if (i < 0) return i;
  if (s.f[i].from != s.wC) return supersede(s, p, s.f[i].c, 0);
  if (on(R_UNSPILL_REWRITE)) s.f[i].spilled = 0;
  s.f[i].dirty = 1;
  return i;
}
static u8 value(State& s, int p) { return s.wC * 4 + s.wk[p]++; }
static bool canEdit(const State& s) { return s.wact && !s.wsealed && s.rootLogged; }
static int editRoot(State& s) {
  int r = edit(s, 0);
  if (r >= 0 && !same(s.f[r].c, s.cur[0])) { fail("writer: reads another root"); return -1; }
  return r;
}
static void setRoot(State& s, int r, u8 count, u8 mask) {
  s.f[r].c.a = s.cur[0][0] = count;
  s.f[r].c.b = s.cur[0][1] = mask;
}
static bool allocate(State& s) {
  int count = s.cur[0][0], p = -1;
  for (int q = 1; q < count && p < 0; q++) if ((s.cur[0][1] >> q) & 1) p = q;
  bool reused = p >= 0;
  if (!reused) p = count;
  if (p >= NP || s.wk[p] >= 3) return false;
  int r = editRoot(s);
  if (r < 0) return r == -1;
  setRoot(s, r, reused ? count : count + 1, reused ? s.cur[0][1] & ~(1 << p) : s.cur[0][1]);
  s.high = std::max<u8>(s.high, s.cur[0][0]);
  s.length = std::max<u8>(s.length, s.cur[0][0]);
  int i = frameOf(s, p, s.wC);
  if (i < 0) {
    bool wasHome = on(R_WAS_HOME) && p >= s.wfresh && (reused || p < s.wdirectEnd);
    i = supersede(s, p, Page{0, 0, 0, 0, 1, {}}, wasHome);
    if (i < 0) return false;
  } else {
    s.f[i].dirty = 1;
    if (on(R_UNSPILL_REWRITE)) s.f[i].spilled = 0;
  }
  s.f[i].c.a = s.f[i].c.b = s.cur[p][0] = s.cur[p][1] = value(s, p);
  return true;
}
static void writeDirect(State& s, Frame& f) {
  if (f.dirty) {
    f.c.direct = 1;
    writeHome(s, f.pos, f.c);
    f.dirty = 0;
    s.wunflushed = 1;
  }
  f.direct = 1;
  s.wdirectEnd = std::max<u8>(s.wdirectEnd, f.pos + 1);
}

// ---- the log
static const Header& header(const Segment& g) { return g.pending ? g.hp : g.hd; }
static bool hasRoom(const State& s, bool marker) { return s.sg[s.act].n < (marker ? RR : RR - 1) && !s.switching; }
static void append(State& s, Record r) {
  Segment& g = s.sg[s.act];
  r.valid = 1;
  r.salt = header(g).salt;
  r.lsn = ++s.lsn;
  r.prev = s.prev;
  r.digest = s.prev = ++s.digest;
  r.durable = s.durLsn;
  r.oldest = s.oldest;
  g.p[g.n] = r;
  g.st[g.n++] = 1;
}
static bool appendRoot(State& s) {
  if (!hasRoom(s, true)) return false;
  Found c = find(s, 0, s.wact ? s.wC : s.last);
  if (c.where < 0) { fail("root is nowhere"); return true; }
  Record r{};
  r.seq = s.last;
  r.n = 1;
  r.e[0] = Entry{0, 0, c.c.seq, c.c.a, c.c.b};  // of an image, the mask is the version
  append(s, r);
  return true;
}
static void flushLog(State& s) {
  for (Segment& g : s.sg) {
    for (int i = 0; i < RR; i++) {
      if (!g.st[i]) continue;
      g.d[i] = g.p[i];
      g.st[i] = 0;
      s.durLsn = std::max(s.durLsn, g.p[i].lsn);
      s.durable = std::max(s.durable, g.p[i].seq);
    }
  }
}
static void beginSegment(State& s, int to, u8 gen, u8 prev) {
  Segment& g = s.sg[to];
  g.hp = Header{1, u8(on(R_SALT) ? ++s.salt : 1), gen, u8(s.last + 1), s.oldest, s.lsn, prev};
  g.pending = 1;
  g.n = 0;
  g.live = 1;
  memset(g.st, 0, sizeof g.st);
  s.act = to;
  s.curGen = gen;
  s.prev = prev;
}
static void endHeader(Segment& g) { if (g.pending) { g.hd = g.hp; g.pending = 0; g.hp = Header{}; } }
static void removeSegment(Segment& g) { g = Segment{}; }

// ---- recovery, as a function of what is durable
struct Plan { bool refused, clean; Page pg[NP]; u8 seq, lsn, gen, newest, mask; Mark mark; bool rootOk; };
static int scan(const Segment& g, const Record** out) {
  int n = 0;
  u8 prev = g.hd.prev;
  for (int i = 0; i < RR; i++) {
    const Record& r = g.d[i];
    if (!r.valid || r.salt != g.hd.salt || r.lsn != u8(g.hd.lsn + 1 + i) || r.prev != prev) break;
    out[n++] = &r;
    prev = r.digest;
  }
  return n;
}
static bool isRotten(const Segment& g, int n) {
  for (int i = n + 1; i < RR; i++)
    if (g.d[i].valid && g.d[i].salt == g.hd.salt && g.d[i].durable > u8(g.hd.lsn + n)) return true;
  return false;
}
static void replay(Plan& o, const Record& r) {
  for (int j = 0; j < r.n; j++) {
    const Entry& e = r.e[j];
    Page& c = o.pg[e.pos];
    if (e.base) {
      if (!c.ok || c.seq != e.base) { o.refused = true; return; }
      if (e.mask & 1) c.a = e.a;
      if (e.mask & 2) c.b = e.b;
      c.seq = r.seq;
    } else {
      c.a = e.a;
      c.b = e.b;
      c.seq = e.mask;
      c.ok = 1;
    }
    c.direct = 0;
    o.mask |= 1 << e.pos;
  }
}
static Plan plan(const State& s) {
  Plan o{};
  for (int p = 0; p < NP; p++) o.pg[p] = s.D[p];
  o.rootOk = s.D[0].ok;
  o.mark = s.D[0].mark;
  int newest = -1, other = -1;
  for (int g = 0; g < 2; g++) {
    bool dead = on(R_MARK_GENERATION) && o.rootOk && s.sg[g].hd.gen <= o.mark.gen;
    if (!s.sg[g].hd.valid || dead) continue;
    if (newest < 0) newest = g;
    else { other = newest; if (s.sg[g].hd.gen > s.sg[newest].hd.gen) newest = g; else other = g; }
  }
  if (newest < 0) {
    o.clean = true;
    o.refused = !o.rootOk || !o.mark.clean;
    o.seq = on(R_MARK_SEQUENCE) ? o.mark.seq : o.pg[0].seq;
    o.lsn = o.mark.lsn;
    o.gen = o.mark.gen;
    return o;
  }
  const Record* L[2][RR];
  const Segment& n = s.sg[newest];
  int count = scan(n, L[newest]);
  o.refused = isRotten(n, count);
  u8 oldest = on(R_HEADER_OLDEST) ? n.hd.oldest : u8(n.hd.gen - (other >= 0));
  for (int i = 0; i < count; i++) oldest = std::max(oldest, L[newest][i]->oldest);
  u8 firstLsn = n.hd.lsn;
  if (oldest < n.hd.gen) {
    if (other < 0 || s.sg[other].hd.gen != n.hd.gen - 1) { o.refused = true; return o; }
    const Segment& old = s.sg[other];
    int k = scan(old, L[other]);
    u8 end = k ? L[other][k - 1]->digest : old.hd.prev;
    o.refused |= isRotten(old, k) || u8(old.hd.lsn + k) != n.hd.lsn || end != n.hd.prev;
    for (int i = 0; i < k; i++) replay(o, *L[other][i]);
    firstLsn = old.hd.lsn;
  }
  if (o.rootOk && (o.mark.clean ? firstLsn != o.mark.lsn : firstLsn < o.mark.lsn)) o.refused = true;
  for (int i = 0; i < count; i++) replay(o, *L[newest][i]);
  o.seq = count ? L[newest][count - 1]->seq : n.hd.first - 1;
  o.lsn = n.hd.lsn + count;
  o.gen = n.hd.gen;
  o.newest = newest;
  return o;
}
static void checkRecovery(const State& s) {
  Plan o = plan(s);
  if (o.refused) return fail("a legal state is refused");
  if (o.seq < s.acked) return fail("an acknowledged commit is lost");
  if (o.seq > MAXC || !((s.commits >> o.seq) & 1)) return fail("the recovered number is no commit");
  for (int p = 0; p < NP; p++)
    if (isUsed(s.H[o.seq], p) && !same(o.pg[p], s.H[o.seq][p]))
      return fail(o.pg[p].ok ? "a recovered page is of another version" : "a recovered page is torn");
}

// ---- a crash: each write that was not flushed is there, or not, or torn
static u32 mix(u32 a, u32 b, u32 c) {
  u32 h = a * 2654435761u ^ b * 2246822519u ^ c * 3266489917u;
  h ^= h >> 15; h *= 2246822519u; h ^= h >> 13; h *= 3266489917u;
  return h ^ (h >> 16);
}
enum { OLD, NEW, TEAR, MIDDLE };
static int outcome(u32 policy, int kind, int index) {  // kind 0 = home, 1 = header, 2 = record, 3 = deletion
  switch (policy) {
    case 0: return OLD;
    case 1: return NEW;
    case 2: return TEAR;
    case 3: return kind == 0 ? NEW : OLD;
    case 4: return kind == 0 ? OLD : NEW;
    case 5: return kind == 0 ? TEAR : NEW;
    case 6: return kind == 2 ? (index % RR ? NEW : OLD) : OLD;
    case 7: return kind == 2 ? NEW : OLD;
    case 8: return kind == 1 ? TEAR : NEW;
    case 9: return kind == 1 ? NEW : OLD;
    case 10: return kind == 0 ? MIDDLE : NEW;
    case 11: return kind == 3 ? (index ? NEW : OLD) : kind == 0 ? TEAR : OLD;
    default: return mix(policy, kind, index) & 3;
  }
}
static void crash(State& s, u32 policy) {
  for (int p = 0; p < NP; p++) {
    if (s.np[p]) {
      int o = outcome(policy, 0, p);
      if (o == NEW) s.D[p] = s.P[p][s.np[p] - 1];
      else if (o == MIDDLE) s.D[p] = s.P[p][0];
      else if (o == TEAR) { s.D[p] = Page{}; s.D[p].a = TORN; }
    }
    s.np[p] = s.cap[p] = 0;
    s.P[p][0] = s.P[p][1] = Page{};
  }
  for (int k = 0; k < 2; k++) {
    Segment& g = s.sg[k];
    if (g.deleting && (outcome(policy, 3, k) & 1)) { removeSegment(g); continue; }
    if (g.pending) {
      int o = outcome(policy, 1, k);
      if (o == NEW || o == MIDDLE) g.hd = g.hp;
      else if (o == TEAR && !on(R_HEADER_TWICE)) g.hd = Header{};
    }
    for (int i = 0; i < RR; i++) {
      int o = g.st[i] == 2 ? outcome(policy, 2, k * RR + i) : OLD;
      if (o == NEW || o == MIDDLE) g.d[i] = g.p[i];
      else if (o == TEAR) g.d[i] = Record{};
      g.st[i] = 0;
      g.p[i] = Record{};
    }
    g.pending = g.deleting = g.n = g.live = 0;
    g.hp = Header{};
  }
  State t{};
  memcpy(t.D, s.D, sizeof s.D);
  memcpy(t.sg, s.sg, sizeof s.sg);
  memcpy(t.H, s.H, sizeof s.H);
  t.commits = s.commits;
  t.acked = s.acked;
  t.salt = s.salt;
  t.digest = s.digest;
  t.length = s.length;
  t.crashes = s.crashes;
  t.mode = 1;
  s = t;
}
static void open(State& s, u8 seq, u8 lsn) {
  s.last = s.durable = s.visible = s.issued = s.acked = seq;
  s.lsn = s.durLsn = lsn;
  s.commits &= (2ull << seq) - 1;
  for (int c = seq + 1; c < MAXC + 2; c++) memset(s.H[c], 0, sizeof s.H[c]);
  memcpy(s.cur, s.H[seq], sizeof s.cur);
  s.high = s.cur[0][0];
  s.mode = 0;
}
static void checkCrashes(const State& s, u32 seed, int count, bool all) {
  for (int i = 0; i < count && g_why.empty(); i++) {
    State t = s;
    crash(t, all ? i : mix(seed, i, 77) % 64);
    checkRecovery(t);
  }
}
#include "steps.h"
