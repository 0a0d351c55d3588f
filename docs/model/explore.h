// Random walks, breadth-first search, and what each rule is good for. Part of protocol.cpp.
typedef std::vector<u32> Trace;
static u64 g_random = 1;
static u32 draw() {
  g_random ^= g_random << 13;
  g_random ^= g_random >> 7;
  g_random ^= g_random << 17;
  return g_random >> 16;
}
static std::string text(const State& s, u32 code) {
  int step = code & 255, a = (code >> 8) & 255, b = (code >> 16) & 255;
  char out[120];
  const char* name = STEP_NAMES[step];
  const Frame& f = s.f[a % NF];
  const Slot& q = s.sp[a % SP];
  switch (step) {
    case S_BEGIN: snprintf(out, sizeof out, "BEGIN %d", s.issued + 1); break;
    case S_WRITE: snprintf(out, sizeof out, "WRITE p%d.%c", 1 + a % (NP - 1), b & 1 ? 'b' : 'a'); break;
    case S_FREE: snprintf(out, sizeof out, "FREE p%d", 1 + a % (NP - 1)); break;
    case S_WREAD: snprintf(out, sizeof out, "WREAD p%d", a % NP); break;
    case S_START: snprintf(out, sizeof out, "START%s", a & 1 ? " to the end" : ""); break;
    case S_COMMIT: snprintf(out, sizeof out, "COMMIT%s", a & 1 ? " (new pages go home)" : ""); break;
    case S_SEAL: snprintf(out, sizeof out, "SEAL%s", a & 1 ? " (new pages go home)" : ""); break;
    case S_TAKE: case S_REGISTER: case S_SCLOSE:
      snprintf(out, sizeof out, "%s s%d at %d", name, a % NS, step == S_TAKE ? s.visible : s.sv[a % NS]);
      break;
    case S_SREAD: snprintf(out, sizeof out, "SREAD s%d at %d p%d", a % NS, s.sv[a % NS], b % NP); break;
    case S_EVICT: case S_HOME:
      snprintf(out, sizeof out, "%s p%d {%d,%d}%s%s%s", name, f.pos, f.from, f.to, f.st == 1 ? " private" : "",
               f.dirty ? " dirty" : "", f.spilled ? " spilled" : "");
      break;
    case S_SWEEP: snprintf(out, sizeof out, "SWEEP p%d {%d,%d}", q.pos, q.from, q.to); break;
    case S_CRASH: snprintf(out, sizeof out, "CRASH policy %d", b % 64); break;
    default: snprintf(out, sizeof out, "%s", name);
  }
  return out;
}
// Makes the steps of a trace that can be made; returns what broke, and which were made.
static std::string run(const Trace& t, Trace* made, bool print) {
  g_why.clear();
  State s = initial();
  if (made) made->clear();
  for (u32 code : t) {
    std::string what = print ? text(s, code) : "";
    State before = s;
    if (!apply(s, code) && g_why.empty()) { s = before; continue; }
    if (print) printf("  %s\n", what.c_str());
    if (made) made->push_back(code);
    if (g_why.empty()) checkState(s);
    if (!g_why.empty()) return g_why;
  }
  return "";
}
static Trace shrink(Trace t, const std::string& why) {
  Trace made;
  auto holds = [&](const Trace& x) { return run(x, &made, false) == why && made.size() < t.size(); };
  for (bool again = true; again;) {
    again = false;
    for (size_t n = std::max<size_t>(1, t.size() / 2); n >= 1; n /= 2) {
      for (size_t i = 0; i + n <= t.size();) {
        Trace x(t.begin(), t.begin() + i);
        x.insert(x.end(), t.begin() + i + n, t.end());
        if (holds(x)) { t = made; again = true; } else i++;
      }
    }
    for (size_t i = 0; i < t.size() && !again; i++)
      for (size_t j = i + 1; j < t.size() && !again; j++) {
        Trace x;
        for (size_t k = 0; k < t.size(); k++) if (k != i && k != j) x.push_back(t[k]);
        if (holds(x)) { t = made; again = true; }
      }
  }
  return t;
}
static int weight(int step) {
  switch (step) {
    case S_START: case S_WRITE: return 14;
    case S_COMMIT: return 9;
    case S_EVICT: case S_HOME: case S_HOME_END: return 12;
    case S_BEGIN: case S_APPEND: case S_DFLUSH: case S_FLUSH_BEGIN: case S_FLUSH_END: case S_PUBLISH: return 8;
    case S_FREE: case S_SHRINK: case S_CUT: case S_SWITCH: return 9;
    case S_ALLOC: case S_SEAL: case S_SREAD: case S_SWEEP: return 6;
    case S_SWITCH_END: case S_CK_SWEEP: case S_CK_FRAMES: case S_CK_FLUSH: case S_CK_FLUSHED: return 7;
    case S_CK_RETIRE: case S_CK_DONE: case S_REPLAY: case S_RFLUSH: case S_RHEADER: case S_ROPEN: return 7;
    case S_SCLOSE: return 3;
    case S_ABORT: case S_CLOSE: case S_CRASH: case S_FLUSH_FAIL: return 1;
    default: return 5;
  }
}
struct Totals { u64 walks, steps, crashes, each[STEP_COUNT]; };
// One walk, every step as likely as this walk likes it; false when something broke.
static bool walk(int length, Totals& totals, Trace& t) {
  std::vector<u8> bag;
  for (int i = 0; i < STEP_COUNT; i++) {
    int w = weight(i);
    u32 taste = draw() % 8;
    if (taste == 0 && i < S_CRASH && i != S_BEGIN && i != S_START) w = 0;
    else if (taste == 1) w *= 4;
    else if (taste == 2) w = (w + 3) / 4;
    bag.insert(bag.end(), w, i);
  }
  State s = initial();
  t.clear();
  g_why.clear();
  totals.walks++;
  for (int n = 0, misses = 0; n < length && misses < 600;) {
    u32 code = bag[draw() % bag.size()] | (draw() & 255) << 8 | (draw() & 255) << 16;
    State before = s;
    if (!apply(s, code) && g_why.empty()) { s = before; misses++; continue; }
    misses = 0;
    n++;
    totals.steps++;
    totals.each[code & 255]++;
    t.push_back(code);
    if (g_why.empty()) checkState(s);
    for (int i = 0; i < 2 && g_why.empty() && s.mode != 1; i++) {
      u32 policy = draw() % 64;
      State c = s;
      crash(c, policy);
      checkRecovery(c);
      totals.crashes++;
      if (!g_why.empty()) t.push_back(S_CRASH | policy << 16);
    }
    if (!g_why.empty()) return false;
  }
  return true;
}
static double seconds() { return (double)clock() / CLOCKS_PER_SEC; }
// The shortest of some traces that break something; empty when none does in the time.
static Trace explore(double time, int length, int tries, Totals& totals, std::string& why) {
  Trace best, t;
  double end = seconds() + time;
  while (seconds() < end && tries > 0) {
    if (walk(length, totals, t)) continue;
    std::string what = g_why;
    Trace made;
    if (run(t, &made, false) != what) continue;
    made = shrink(made, what);
    if (best.empty() || made.size() < best.size()) { best = made; why = what; }
    tries--;
  }
  return best;
}
static void takeOut(const char* names) {
  std::string all = names;
  for (size_t i = 0; i < all.size();) {
    size_t j = std::min(all.find(',', i), all.size());
    int found = -1;
    for (int r = 0; r < RULE_COUNT; r++) if (all.substr(i, j - i) == RULE_NAMES[r]) found = r;
    if (found < 0) { fprintf(stderr, "no such rule: %s\n", all.substr(i, j - i).c_str()); exit(2); }
    g_off[found] = true;
    i = j + 1;
  }
}
static int report(const Trace& t, const std::string& why, const Totals& n) {
  printf("%llu walks, %llu steps, %llu crash checks: ", (unsigned long long)n.walks, (unsigned long long)n.steps,
         (unsigned long long)n.crashes);
  if (t.empty()) { printf("no violation\n"); return 0; }
  printf("VIOLATION after %zu steps: %s\n", t.size(), why.c_str());
  run(t, nullptr, true);
  return 1;
}
static int breadthFirst(u64 maxStates, int maxDepth, int maxC, int maxCrashes, const std::string& without) {
  struct Node { State s; };
  std::vector<u32> codes;
  for (int step = 0; step < STEP_COUNT; step++) {
    if (step == S_COMMIT || step == S_CHECKPOINT) continue;
    if (("," + without + ",").find(std::string(",") + STEP_NAMES[step] + ",") != std::string::npos) continue;
    int as = 1, bs = 1;
    switch (step) {
      case S_WRITE: as = NP - 1; bs = 2; break;
      case S_FREE: as = NP - 1; break;
      case S_WREAD: as = NP; break;
      case S_SEAL: as = 2; break;
      case S_TAKE: case S_REGISTER: case S_SCLOSE: as = NS; break;
      case S_SREAD: as = NS; bs = NP; break;
      case S_EVICT: case S_HOME: as = NF; break;
      case S_SWEEP: as = SP; break;
      case S_CRASH: bs = 12; break;
    }
    for (int a = 0; a < as; a++) for (int b = 0; b < bs; b++) codes.push_back(step | a << 8 | b << 16);
  }
  auto normal = [](State& s) {
    auto less = [](const auto& x, const auto& y) { return memcmp(&x, &y, sizeof x) < 0; };
    std::sort(s.f, s.f + NF, less);
    if (on(R_SLOT_GREATEST)) std::sort(s.sp, s.sp + SP, less);
  };
  auto hash = [](const State& s) {
    u64 h = 1469598103934665603ull, x;
    const u8* p = (const u8*)&s;
    for (size_t i = 0; i < sizeof s; i += 8) {
      x = 0;
      memcpy(&x, p + i, std::min<size_t>(8, sizeof s - i));
      h = (h ^ x) * 0x9E3779B97F4A7C15ull;
      h ^= h >> 29;
    }
    return h;
  };
  std::unordered_set<u64> seen;
  std::vector<State> level{initial()}, next;
  while (!level[0].rootLogged) {  // a session that has begun: its first steps are the same for all
    State& s = level[0];
    if (!s.wact) apply(s, S_BEGIN);
    if (!apply(s, S_START)) break;
  }
  u64 states = 1, transitions = 0, checks = 0;
  int depth = 0;
  for (; depth < maxDepth && !level.empty() && states < maxStates; depth++) {
    next.clear();
    for (const State& from : level) {
      for (u32 code : codes) {
        if ((code & 255) == S_CRASH && from.crashes >= maxCrashes) continue;
        if ((code & 255) == S_BEGIN && from.issued >= maxC) continue;
        State s = from;
        g_why.clear();
        if (!apply(s, code) && g_why.empty()) continue;
        transitions++;
        if (g_why.empty()) checkState(s);
        normal(s);
        if (g_why.empty() && !seen.insert(hash(s)).second) continue;
        if (s.mode != 1) { checkCrashes(s, 0, 12, true); checks += 12; }
        if (!g_why.empty()) {
          printf("VIOLATION at depth %d, %llu states: %s (%s)\n", depth + 1, (unsigned long long)states, g_why.c_str(),
                 text(from, code).c_str());
          return 1;
        }
        states++;
        next.push_back(s);
      }
      if (states >= maxStates) break;
    }
    level.swap(next);
  }
  printf("%llu states, depth %d, %llu transitions, %llu crash checks, %zu at the end: no violation\n",
         (unsigned long long)states, depth, (unsigned long long)transitions, (unsigned long long)checks, level.size());
  return 0;
}
int main(int argc, char** argv) {
  std::vector<std::string> args(argv + 1, argv + argc);
  if (!args.empty() && args[0] == "relaxed") { g_relaxed = true; args.erase(args.begin()); }
  std::string mode = args.empty() ? "walk" : args[0];
  auto arg = [&](size_t i, double otherwise) { return i < args.size() ? atof(args[i].c_str()) : otherwise; };
  Totals n{};
  std::string why;
  if (mode == "walk") {  // seconds, seed, length
    g_random = 88172645463325252ull + (u64)arg(2, 0) * 7919;
    Trace t = explore(arg(1, 60), (int)arg(3, 160), 1, n, why);
    int code = report(t, why, n);
    for (int i = 0; i < STEP_COUNT && getenv("STEPS"); i++)
      printf("%s %llu, ", STEP_NAMES[i], (unsigned long long)n.each[i]);
    return code;
  }
  if (mode == "without") {  // rules, seconds, seed, traces to shrink
    takeOut(args.at(1).c_str());
    g_random = 88172645463325252ull + (u64)arg(3, 0) * 7919;
    Trace t = explore(arg(2, 10), 160, (int)arg(4, 5), n, why);
    return report(t, why, n);
  }
  if (mode == "each") {  // seconds a rule, which rules
    for (int r = 0; r < RULE_COUNT; r++) {
      std::string listed = args.size() > 2 ? "," + args[2] + "," : "";
      if (!listed.empty() && listed.find(std::string(",") + RULE_NAMES[r] + ",") == std::string::npos) continue;
      memset(g_off, 0, sizeof g_off);
      g_off[r] = true;
      n = Totals{};
      g_random = 88172645463325252ull;
      Trace t = explore(arg(1, 5), 160, 4, n, why);
      if (t.empty()) printf("| %s | not noticed | %llu steps |\n", RULE_NAMES[r], (unsigned long long)n.steps);
      else printf("| %s | %zu | %s |\n", RULE_NAMES[r], t.size(), why.c_str());
      fflush(stdout);
    }
    return 0;
  }
  std::string left = args.size() > 5 ? args[5] : "";  // bfs: states, depth, commits, crashes, steps left out
  return breadthFirst((u64)arg(1, 1e6), (int)arg(2, 30), (int)arg(3, 3), (int)arg(4, 1), left);
}
