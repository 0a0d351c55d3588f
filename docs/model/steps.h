// The steps of the protocol. Part of protocol.cpp.
static bool goHome(State& s, int p, u8 from, const Page& c) {  // the home guard; ends with HOME_END
  if (s.hw) return false;
  const Page& h = home(s, p);
  if (anyIn(s, 0, from) && h.ok && h.seq && h.seq != from && on(R_GUARD)) {
    u8 to = nextVersion(s, p, h.seq);
    bool kept = !anyIn(s, h.seq, to) || frameOf(s, p, h.seq) >= 0 || slotOf(s, p, h.seq) >= 0;
    if (!kept && !put(s, p, h.seq, to, h)) return false;
  }
  if (h.ok && h.seq > from) fail("an older version goes home over a newer one");
  for (int k = 0; k < SP && on(R_END_BEFORE_HOME); k++) {
    Slot& q = s.sp[k];
    if (q.used && q.pos == p && q.from < from && q.to == INF) q.to = nextVersion(s, p, q.from);
  }
  s.hw = 1;
  s.hwPos = p;
  s.hwPage = c;
  s.hwPage.seq = from;
  return true;
}
static bool mayGoHome(const State& s, u8 from) {
  return (from <= s.durable || !on(R_HOME_DURABLE)) && (from <= s.visible || !on(R_HOME_VISIBLE));
}
static bool homeEnd(State& s) {
  if (!s.hw) return false;
  int p = s.hwPos;
  u8 from = s.hwPage.seq;
  writeHome(s, p, s.hwPage);
  for (Frame& f : s.f) {
    if (!f.st || f.pos != p) continue;
    if (f.from == from) f.dirty = f.spilled = 0;
    else if (on(R_SETTLE)) f.dirty = 1;
  }
  int k = slotOf(s, p, from);
  if (k >= 0) removeSlot(s, k);
  s.hw = s.hwPos = 0;
  s.hwPage = Page{};
  return true;
}
static bool evict(State& s, Frame& f) {
  if (!f.st || isHeld(s, f.pos)) return false;
  if (f.st == 1) {
    if (s.wsealed) return false;
    bool fresh = f.pos >= s.wfresh && (on(R_DIRECT_HOME_ONLY) || !f.direct);
    if (fresh) writeDirect(s, f);
    else if (!f.spilled && !put(s, f.pos, f.from, INF, f.c)) return false;
  } else if (f.dirty && !f.spilled && isNeeded(s, f.from, f.to)) {
    if (f.to > s.last) return false;
    if (on(R_SPILL_NEEDED) && !put(s, f.pos, f.from, f.to, f.c)) return false;
  }
  f = Frame{};
  return true;
}
static bool sweep(State& s, int k) {
  Slot& q = s.sp[k];
  if (!q.used || isHeld(s, q.pos)) return false;
  if (s.wact && q.from == s.wC && on(R_SWEEP_OWN)) return false;
  u8 to = q.to != INF ? q.to : nextVersion(s, q.pos, q.from);
  bool ended = to <= s.last;
  if ((ended || !on(R_SWEEP_NEWEST)) && !isNeeded(s, q.from, ended ? to : s.visible)) {
    removeSlot(s, k);
    return true;
  }
  if (ended) {
    bool news = q.to == INF;
    q.to = to;
    return news;
  }
  if (!mayGoHome(s, q.from)) return false;
  int i = frameOf(s, q.pos, q.from);
  return goHome(s, q.pos, q.from, i >= 0 ? s.f[i].c : q.c);
}

// ---- the first change of a session: a log, page 0 in it, and page 0 says so
static bool start(State& s) {
  if (!s.wact || s.wsealed || s.rootLogged) return false;
  switch (s.start) {
    case 0:
      if (s.started) { s.start = 3; return true; }
      for (Segment& g : s.sg) g.deleting = g.hd.valid && on(R_START_DELETES);
      s.start = 1;
      return true;
    case 1:
      for (Segment& g : s.sg) if (g.deleting) removeSegment(g);
      s.oldest = s.mark.gen + 1;
      beginSegment(s, 0, s.mark.gen + 1, 0);
      s.start = 2;
      return true;
    case 2:
      endHeader(s.sg[0]);
      s.started = 1;
      s.start = 3;
      return true;
    case 3:
      if (on(R_ROOT_AT_START) && !appendRoot(s)) return false;
      s.start = 4;
      return true;
    case 4:
      if (s.flushing) return false;
      for (Segment& g : s.sg) for (u8& st : g.st) if (st == 1) st = 2;
      s.start = 5;
      return true;
    case 5:
      flushLog(s);
      s.start = s.unclean ? 8 : 6;
      return true;
    case 6:
      if (s.hw) return false;
      writeHome(s, 0, home(s, 0));
      s.start = 7;
      return true;
    case 7:
      if (s.ck == 4) return false;
      flushHome(s);
      s.unclean = 1;
      s.start = 8;
      return true;
    default:
      s.rootLogged = 1;
      s.start = 0;
      return true;
  }
}

// ---- commit and rollback
static bool seal(State& s, bool direct) {
  if (!canEdit(s) || !s.wchanged) return false;
  if (direct || s.wdirectEnd) for (Frame& f : s.f) if (f.st == 1 && (f.direct || f.pos >= s.wfresh)) writeDirect(s, f);
  s.wsealed = 1;
  return true;
}
static Entry entry(const State& s, int p, const Page& c, const Page* base) {
  u8 first = header(s.sg[s.act]).first;
  if (!base && !on(R_IMAGE_GONE) && home(s, p).ok) base = &home(s, p);
  if (base && base->seq < first && on(R_IMAGE_FIRST)) base = nullptr;
  if (base && base->direct && on(R_IMAGE_DIRECT)) base = nullptr;
  if (!base) return Entry{u8(p), 0, s.wC, c.a, c.b};
  u8 mask = (c.a != base->a) | ((c.b != base->b) << 1);
  return Entry{u8(p), base->seq, mask, u8(mask & 1 ? c.a : 0), u8(mask & 2 ? c.b : 0)};
}
static bool commit(State& s) {
  if (!s.wact || !s.wsealed || (s.wunflushed && on(R_DIRECT_FLUSH)) || !hasRoom(s, false)) return false;
  Record r{};
  r.seq = s.wC;
  for (int p = 0; p < NP; p++) {
    int i = frameOf(s, p, s.wC), k = slotOf(s, p, s.wC), b = -1;
    if ((i >= 0 && s.f[i].direct) || (i < 0 && k < 0)) continue;
    const Page& c = i >= 0 ? s.f[i].c : s.sp[k].c;
    if (isUsed(s.cur, p) && !same(c, s.cur[p])) { fail("commit: a page is of another version"); return true; }
    for (int j = 0; j < NF && i >= 0; j++) if (s.f[j].st == 2 && s.f[j].pos == p && s.f[j].to == s.wC) b = j;
    r.e[r.n++] = entry(s, p, c, b >= 0 ? &s.f[b].c : nullptr);
  }
  append(s, r);
  for (Frame& f : s.f) {
    if (f.st == 2 && !on(R_END_AT_COPY) && f.to == INF && frameOf(s, f.pos, s.wC) >= 0) f.to = s.wC;
    if (f.st == 1) { f.st = 2; f.direct = 0; }
  }
  s.last = s.wC;
  s.commits |= 1ull << s.wC;
  memcpy(s.H[s.wC], s.cur, sizeof s.cur);
  if (!on(R_PUBLISH_DURABLE)) s.visible = s.last;
  if (!on(R_ACKNOWLEDGE_DURABLE)) s.acked = s.last;
  s.wact = s.wC = s.wsealed = s.wchanged = s.wfresh = s.wdirectEnd = s.wunflushed = 0;
  memset(s.wk, 0, sizeof s.wk);
  return true;
}
static bool rollBack(State& s) {
  if (!s.wact || s.start || s.hw) return false;
  for (Frame& f : s.f) {
    if (f.st == 1) f = Frame{};
    else if (f.st && f.to == s.wC && on(R_ABORT_REOPENS)) f.to = INF;
  }
  for (Slot& q : s.sp) if (q.used && q.from == s.wC && on(R_ABORT_DROPS_SLOTS)) q = Slot{};
  memcpy(s.cur, s.H[s.last], sizeof s.cur);
  s.high = s.wfresh;
  if (!on(R_SEQUENCE_ONCE)) s.issued = s.last;
  s.wact = s.wC = s.wsealed = s.wchanged = s.wfresh = s.wdirectEnd = s.wunflushed = 0;
  memset(s.wk, 0, sizeof s.wk);
  return true;
}

// ---- checkpoint, cut, close
static bool switchSegment(State& s) {
  if (!s.started || s.ck || s.switching || s.wsealed || (!s.rootLogged && on(R_CHECKPOINT_STARTED))) return false;
  if (s.start || s.sg[1 - s.act].live || s.salt > 240 || (on(R_SWITCH_FLUSHED) && s.durLsn != s.lsn)) return false;
  for (u8 st : s.sg[1 - s.act].st) if (st) return false;
  beginSegment(s, 1 - s.act, s.curGen + 1, s.prev);
  s.switching = on(R_HEADER_FIRST);
  s.ckFirst = s.last + 1;
  s.ck = 1;
  return true;
}
static bool checkpoint(State& s, int step) {
  if (s.ck != step - S_CK_SWEEP + 1 || s.switching) return false;
  switch (step) {
    case S_CK_SWEEP:
      for (const Slot& q : s.sp) {
        u8 to = q.used && q.to == INF ? nextVersion(s, q.pos, q.from) : q.to;
        if (q.used && q.from < s.ckFirst && to > s.last && on(R_CHECKPOINT_SWEEP)) return false;
      }
      break;
    case S_CK_FRAMES:
      for (const Frame& f : s.f)
        if (f.st == 2 && f.dirty && f.from < s.ckFirst && f.to > s.last && on(R_CHECKPOINT_ALL)) return false;
      if (s.hw) return false;
      break;
    case S_CK_FLUSH: if (on(R_CHECKPOINT_FLUSH)) beginHomeFlush(s); break;
    case S_CK_FLUSHED: if (on(R_CHECKPOINT_FLUSH)) endHomeFlush(s); break;
    case S_CK_RETIRE:
      if (!hasRoom(s, true)) return false;
      if (on(R_MARK)) s.oldest = header(s.sg[s.act]).gen;
      { Record r{}; r.seq = s.last; append(s, r); }
      s.markLsn = s.lsn;
      break;
    default:
      if (s.durLsn < s.markLsn && on(R_MARK_DURABLE)) return false;
      s.sg[1 - s.act].live = s.sg[1 - s.act].n = 0;
      s.ck = s.ckFirst = s.markLsn = 0;
      return true;
  }
  s.ck++;
  return true;
}
static bool cut(State& s) {
  if (!s.started || s.wact || s.ck || s.switching || s.hw) return false;
  int count = s.H[s.last][0][0];
  if (on(R_CUT_LOG) && (s.sg[1 - s.act].live || header(s.sg[s.act]).first <= s.shrunkAt)) return false;
  if (on(R_CUT_VISIBLE) && s.visible < s.shrunkAt) return false;
  if (on(R_CUT_SNAPSHOT) && anyIn(s, 0, s.shrunkAt)) return false;
  if (s.length <= count && s.high <= count) return false;
  for (Frame& f : s.f) if (f.st && f.pos >= count && on(R_CUT_FRAMES)) f = Frame{};
  for (int k = 0; k < SP; k++) if (s.sp[k].used && s.sp[k].pos >= count && on(R_CUT_SLOTS)) removeSlot(s, k);
  cutHome(s, count);
  s.high = count;
  return true;
}
static bool close(State& s) {
  switch (s.mode) {
    case 0:
      if (!s.started || s.wact || s.ck || s.switching || s.hw || s.flushing || s.visible != s.last) return false;
      if (s.durLsn != s.lsn || !hasRoom(s, true)) return false;
      for (u8 ss : s.ss) if (ss) return false;
      for (const Frame& f : s.f) if (f.st == 2 && f.dirty && f.to > s.last) return false;
      for (const Slot& q : s.sp) if (q.used) return false;
      cutHome(s, s.cur[0][0]);
      flushHome(s);
      if (on(R_ROOT_AT_CLOSE)) appendRoot(s);
      for (Segment& g : s.sg) for (u8& st : g.st) if (st == 1) st = 2;
      s.mode = 5;
      return true;
    case 5:
      flushLog(s);
      s.mark = Mark{1, s.last, s.lsn, s.curGen};
      writeHome(s, 0, home(s, 0));
      s.mode = 6;
      return true;
    case 6: flushHome(s); s.mode = 7; return true;
    case 7: for (Segment& g : s.sg) g.deleting = 1; s.mode = 8; return true;
    case 8: for (Segment& g : s.sg) removeSegment(g); s.mode = 9; return true;
    case 9: crash(s, 0); return true;
    default: return false;
  }
}

// ---- recovery, step by step
static bool recover(State& s, int step) {
  if (step == S_REPLAY && s.mode == 1) {
    Plan o = plan(s);
    if (o.refused) { fail("a legal state is refused"); return true; }
    for (s.length = NP; s.length > s.H[o.seq][0][0] && !s.D[s.length - 1].ok && !s.D[s.length - 1].a;) s.length--;
    s.mark = Mark{0, o.mark.seq, o.mark.lsn, o.mark.gen};
    if (!o.rootOk) s.mark = Mark{};
    s.unclean = o.rootOk && !o.mark.clean;
    s.rk = o.seq;
    s.rlsn = o.lsn;
    s.rgen = o.gen;
    s.act = o.newest;
    if (o.clean) { open(s, o.seq, o.lsn); s.curGen = o.gen; return true; }
    int count = s.H[o.seq][0][0];
    for (int p = 0; p < count; p++) if ((o.mask >> p) & 1) writeHome(s, p, o.pg[p]);
    if (on(R_RECOVER_CUT)) cutHome(s, count);
    s.mode = 2;
    return true;
  }
  if (step == S_RFLUSH && s.mode == 2) {
    if (on(R_RECOVER_FLUSH)) flushHome(s);
    s.mode = 3;
    return true;
  }
  if (step == S_RHEADER && s.mode == 3) {
    s.last = s.rk;
    s.lsn = s.rlsn;
    s.oldest = s.rgen + 1;
    beginSegment(s, on(R_RECOVER_OTHER) ? 1 - s.act : s.act, s.rgen + 1, 0);
    s.mode = 4;
    return true;
  }
  if (step == S_ROPEN && s.mode == 4) {
    endHeader(s.sg[s.act]);
    open(s, s.rk, s.rlsn);
    s.started = 1;
    return true;
  }
  return false;
}

// ---- one step; false = it can't be made now
static bool snapshotRead(State& s, int i, int p) {
  if (s.ss[i] != 2 || !isUsed(s.H[s.sv[i]], p)) return false;
  Found c = find(s, p, s.sv[i]);
  if (c.where < 0) { fail("snapshot: its version is nowhere"); return true; }
  return c.where > 0 && load(s, c, p) >= 0;
}
static bool write(State& s, int p, int half) {
  if (!canEdit(s) || !isUsed(s.cur, p) || s.wk[p] >= 3) return false;
  int i = edit(s, p);
  if (i < 0) return i == -1;
  if (!same(s.f[i].c, s.cur[p])) { fail("writer: reads another version"); return true; }
  (half ? s.f[i].c.b : s.f[i].c.a) = s.cur[p][half] = value(s, p);
  return true;
}
static bool freeOrShrink(State& s, int p, bool shrink) {
  if (!canEdit(s)) return false;
  u8 count = s.cur[0][0], mask = s.cur[0][1];
  if (shrink) p = count - 1;
  bool isFree = (mask >> p) & 1;
  if (p < 1 || p >= count || isFree != shrink || (shrink && p < 2)) return false;
  int r = editRoot(s);
  if (r < 0) return r == -1;
  setRoot(s, r, shrink ? p : count, shrink ? mask & ~(1 << p) : mask | (1 << p));
  if (shrink) s.shrunkAt = s.wC;
  return true;
}
static bool flushFail(State& s) {
  if (!s.flushing) return false;
  s.flushing = 0;
  if (on(R_FAIL_STOP)) { s.failed = 1; return true; }
  for (Segment& g : s.sg) {
    for (int i = 0; i < RR; i++) {
      if (g.st[i] != 2) continue;
      g.st[i] = 0;
      s.durLsn = std::max(s.durLsn, g.p[i].lsn);
      s.durable = std::max(s.durable, g.p[i].seq);
    }
  }
  s.acked = std::max(s.acked, s.durable);
  return true;
}
static bool flush(State& s, bool begin) {
  if (begin == bool(s.flushing) || s.start == 5) return false;
  if (begin) {
    for (Segment& g : s.sg) for (u8& st : g.st) if (st == 1) { st = 2; s.flushing = 1; }
    return s.flushing;
  }
  s.flushing = 0;
  for (Segment& g : s.sg) {
    bool any = false;
    for (int i = 0; i < RR; i++) {
      if (g.st[i] != 2) continue;
      g.d[i] = g.p[i];
      g.st[i] = 0;
      any = true;
      s.durLsn = std::max(s.durLsn, g.p[i].lsn);
      s.durable = std::max(s.durable, g.p[i].seq);
    }
    if (any && !s.switching) endHeader(g);
  }
  s.acked = std::max(s.acked, s.durable);
  return true;
}
static bool apply(State& s, u32 code);

// ---- several steps in a row, as a thread makes them that nobody disturbs: so that walks come deep
static bool applyAll(State& s, std::initializer_list<int> steps) {
  bool any = false;
  for (int step : steps) any |= apply(s, step);
  return any;
}
static bool begin(State& s) {
  bool any = false;
  while (!s.rootLogged && start(s)) any = true;
  return any;
}
static bool commitAll(State& s, bool direct) {
  return seal(s, direct) && applyAll(s, {S_DFLUSH, S_APPEND, S_FLUSH_BEGIN, S_FLUSH_END, S_PUBLISH});
}
static bool checkpointAll(State& s) {
  bool any = applyAll(s, {S_FLUSH_BEGIN, S_FLUSH_END, S_PUBLISH, S_SWITCH, S_SWITCH_END});
  for (int i = 0; i < SP; i++) any |= apply(s, S_SWEEP | i << 8) && applyAll(s, {S_HOME_END});
  any |= apply(s, S_CK_SWEEP);
  for (int i = 0; i < NF; i++) any |= apply(s, S_HOME | i << 8) && applyAll(s, {S_HOME_END});
  return any | applyAll(s, {S_CK_FRAMES, S_CK_FLUSH, S_CK_FLUSHED, S_CK_RETIRE, S_FLUSH_BEGIN, S_FLUSH_END, S_CK_DONE});
}
static bool apply(State& s, u32 code) {
  int step = code & 255, a = (code >> 8) & 255, b = (code >> 16) & 255;
  if (step == S_CRASH) {
    if (s.crashes >= 3) return false;
    s.crashes++;
    crash(s, b % 64);
    checkRecovery(s);
    return true;
  }
  if (s.mode >= 5) return step == S_CLOSE && close(s);
  if (s.mode) return step >= S_REPLAY && recover(s, step);
  if (s.failed && step != S_SREAD) return false;
  if (s.lsn > 240) return false;
  switch (step) {
    case S_BEGIN:
      if (s.wact || s.issued >= MAXC) return false;
      s.wact = 1;
      s.wC = ++s.issued;
      s.wfresh = on(R_FRESH_HIGHWATER) ? s.high : s.cur[0][0];
      return true;
    case S_START: return a & 1 ? begin(s) : start(s);
    case S_COMMIT: return commitAll(s, a & 1);
    case S_CHECKPOINT: return checkpointAll(s);
    case S_WRITE: return write(s, 1 + a % (NP - 1), b & 1);
    case S_WREAD: return s.wact && !s.wsealed && isUsed(s.cur, a % NP) && own(s, a % NP) != -2;
    case S_ALLOC: return canEdit(s) && allocate(s);
    case S_FREE: return freeOrShrink(s, 1 + a % (NP - 1), false);
    case S_SHRINK: return freeOrShrink(s, 0, true);
    case S_SEAL: return seal(s, a & 1);
    case S_DFLUSH:
      if (!s.wact || !s.wsealed || !s.wunflushed || s.ck == 4) return false;
      flushHome(s);
      s.wunflushed = 0;
      return true;
    case S_APPEND: return commit(s);
    case S_ABORT: return rollBack(s);
    case S_FLUSH_BEGIN: return flush(s, true);
    case S_FLUSH_END: return flush(s, false);
    case S_FLUSH_FAIL: return flushFail(s);
    case S_PUBLISH: {
      u8 to = g_relaxed ? s.last : s.durable;
      bool news = to > s.visible;
      s.visible = std::max(s.visible, to);
      return news;
    }
    case S_TAKE:
      if (s.ss[a % NS]) return false;
      s.ss[a % NS] = 1;
      s.sv[a % NS] = s.visible;
      return true;
    case S_REGISTER:
      if (s.ss[a % NS] != 1) return false;
      s.ss[a % NS] = s.sv[a % NS] == s.visible || !on(R_SNAPSHOT_RECHECK) ? 2 : 0;
      return true;
    case S_SREAD: return snapshotRead(s, a % NS, b % NP);
    case S_SCLOSE:
      if (!s.ss[a % NS]) return false;
      s.ss[a % NS] = s.sv[a % NS] = 0;
      return true;
    case S_EVICT: return evict(s, s.f[a % NF]);
    case S_HOME: {
      Frame& f = s.f[a % NF];
      return f.st == 2 && f.dirty && f.to > s.last && mayGoHome(s, f.from) && goHome(s, f.pos, f.from, f.c);
    }
    case S_HOME_END: return homeEnd(s);
    case S_SWEEP: return sweep(s, a % SP);
    case S_SWITCH: return switchSegment(s);
    case S_SWITCH_END:
      if (!s.switching) return false;
      endHeader(s.sg[s.act]);
      s.switching = 0;
      return true;
    case S_CUT: return cut(s);
    case S_CLOSE: return close(s);
    default: return step >= S_CK_SWEEP && step <= S_CK_DONE && checkpoint(s, step);
  }
}

// ---- what must hold in every state
static void checkState(const State& s) {
  if (s.mode) return;
  for (int p = 0; p < NP; p++) {
    const Page& h = home(s, p);
    if (h.ok && h.seq > s.durable && !h.direct) fail("home holds what is not durable");
    for (int i = 0; i < NF; i++)
      for (int j = i + 1; j < NF; j++) {
        const Frame &x = s.f[i], &y = s.f[j];
        if (!x.st || !y.st || x.pos != p || y.pos != p) continue;
        if (std::max(x.from, y.from) < std::min(x.to, y.to)) fail("two frames serve one number");
      }
  }
  if (s.visible > s.durable && !g_relaxed) fail("a commit that a crash can lose is visible");
  for (int i = -1; i < NS; i++) {  // -1: a snapshot that begins now
    if (i >= 0 && s.ss[i] != 2) continue;
    int S = i < 0 ? s.visible : s.sv[i];
    for (int p = 0; p < NP; p++) {
      if (!isUsed(s.H[S], p)) continue;
      Found c = find(s, p, S);
      if (c.where < 0) fail("snapshot: its version is nowhere");
      else if (!same(c.c, s.H[S][p])) fail("snapshot: it reads another version");
    }
  }
}
static State initial() {
  State s;
  memset((void*)&s, 0, sizeof s);
  s.H[1][0][0] = 2;
  s.H[1][1][0] = s.H[1][1][1] = 4;
  s.D[0] = Page{2, 0, 1, 0, 1, Mark{1, 1, 0, 0}};
  s.D[1] = Page{4, 4, 1, 0, 1, {}};
  s.mark = Mark{0, 1, 0, 0};
  s.commits = 2;
  s.length = 2;
  open(s, 1, 0);
  return s;
}
#include "explore.h"
