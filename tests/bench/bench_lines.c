/* SPDX-License-Identifier: MIT
 * Lines a second of the whole program `umi quote --jsonl`, and of `umi rate`,
 * `umi life` and `umi screen`, from a file to a file, in processor time and by
 * the clock.
 * Floor: a process that reads the same bytes with fread and writes the same
 * answers, which it holds in memory, with fwrite.  And the most memory that
 * a million lines take (ten million under TORTURE), through a pipe, beside
 * that of a thousand.  A million applicants under two rule sets by `umi rules
 * diff --over` come through a pipe as well. */
#include "engine/umi.h"
#include "tests/bench/bench.h"
#include "tests/support/applicants.h"
#include "tests/support/files.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    BLOCK = 1 << 20,
    TIMES = 5 /* the best of so many */
};

typedef void line_fn(FILE *f, uint64_t number, uint64_t random);

static char program[512], in_path[512], out_path[512], rules_path[512];
static char *answers;
static size_t answers_size;

static uint64_t next_random(uint64_t *seed)
{
    *seed =
        *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 20;
}

/* --- lines --------------------------------------------------------------------- */

static void quote_line(FILE *f, uint64_t number, uint64_t r)
{
    (void)fprintf(f,
                  "{\"id\":\"L%07llu\",\"principal\":\"%llu\",\"disbursed\":"
                  "\"20%02d-%02d-%02d\",\"periods\":12,\"rate\":\"%d.%02d\","
                  "\"method\":\"annuity\"}\n",
                  (unsigned long long)number,
                  (unsigned long long)(500 + r % 49500) * 1000,
                  (int)(20 + r % 10), (int)(1 + r / 10 % 12),
                  (int)(1 + r / 120 % 28), (int)(1 + r / 3360 % 30),
                  (int)(r / 100800 % 100));
}

static void rate_line(FILE *f, uint64_t number, uint64_t r)
{
    long long paid_out = (long long)(500 + r % 49500) * 1000;
    (void)fprintf(f,
                  "{\"id\":\"L%07llu\",\"convention\":\"periodic\",\"flows\":["
                  "{\"t\":\"0\",\"amount\":\"-%lld\"}",
                  (unsigned long long)number, paid_out);
    for (int t = 1; t <= 12; t++)
        (void)fprintf(f, ",{\"t\":\"%d\",\"amount\":\"%lld\"}", t,
                      paid_out / 12 + (long long)(r % 1000) * 10);
    (void)fputs("]}\n", f);
}

static void life_line(FILE *f, uint64_t number, uint64_t r)
{
    (void)fprintf(f,
                  "{\"id\":\"L%07llu\",\"terms\":{\"principal\":\"%llu\","
                  "\"disbursed\":\"2026-01-15\",\"periods\":12,\"rate\":\"6\","
                  "\"method\":\"flat\"},\"events\":[",
                  (unsigned long long)number,
                  (unsigned long long)(500 + r % 49500) * 1000);
    for (int month = 2; month <= 7; month++)
        (void)fprintf(f,
                      "%s{\"kind\":\"repayment\",\"date\":\"2026-%02d-%02d\","
                      "\"amount\":\"%llu\"}",
                      month > 2 ? "," : "", month, (int)(10 + r % 15),
                      (unsigned long long)(50 + r % 3000) * 1000);
    (void)fputs("],\"as_of\":\"2026-08-01\"}\n", f);
}

static void screen_line(FILE *f, uint64_t number, uint64_t r)
{
    (void)r;
    char line[APPLICANT_ROOM];
    size_t n = applicant_write(line, sizeof line, (int)number);
    line[n] = '\n';
    (void)fwrite(line, 1, n + 1, f);
}

static void write_lines(FILE *f, line_fn *line, uint64_t count)
{
    uint64_t seed = 1;
    for (uint64_t i = 0; i < count; i++)
        line(f, i, next_random(&seed));
}

/* --- processes ------------------------------------------------------------------- */

typedef struct cost {
    double cpu, wall; /* seconds */
    long peak;        /* KiB, of all children so far */
} cost;

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static cost spent(void)
{
    struct rusage r;
    (void)getrusage(RUSAGE_CHILDREN, &r);
    return (cost){seconds(r.ru_utime) + seconds(r.ru_stime), wall(),
                  r.ru_maxrss};
}

enum {
    ARGS_MAX = 8
};
/* What stands behind `umi`; the name of a figure begins with the first. */
static const char *const quote[ARGS_MAX] = {"quote", "--jsonl"};
static const char *const rate[ARGS_MAX] = {"rate", "--jsonl"};
static const char *const life[ARGS_MAX] = {"life", "--jsonl"};
static const char *const screen[ARGS_MAX] = {"screen", "--on", "2026-11-21"};
static const char *const diff[ARGS_MAX] = {
    "rules",          "diff",   "rules/data/eligibility.yaml",
    rules_path,       "--over", "-",
    "--on=2026-11-21"};

/* The child: `umi ARGS` from @p in to @p out. */
static pid_t start(const char *const args[ARGS_MAX], int in, int out)
{
    pid_t pid = fork();
    need(pid >= 0, "fork");
    if (pid > 0)
        return pid;
    char *argv[ARGS_MAX + 2] = {program};
    for (int i = 0; i < ARGS_MAX; i++)
        argv[i + 1] = (char *)args[i];
    if (dup2(in, 0) == 0 && dup2(out, 1) == 1)
        execv(program, argv);
    _exit(127);
}

/* The child that only reads and writes; it closes @p other, or -1. */
static pid_t start_floor(int in, int out, int other)
{
    pid_t pid = fork();
    need(pid >= 0, "fork");
    if (pid > 0)
        return pid;
    if (other >= 0)
        (void)close(other);
    static char block[BLOCK];
    FILE *from = fdopen(in, "rb"), *to = fdopen(out, "wb");
    size_t n;
    volatile char kept = 0;
    while ((n = fread(block, 1, BLOCK, from)) > 0)
        kept = block[n - 1];
    (void)kept;
    for (size_t at = 0; at < answers_size; at += n) {
        n = answers_size - at < BLOCK ? answers_size - at : BLOCK;
        if (fwrite(answers + at, 1, n, to) != n)
            _exit(1);
    }
    _exit(fclose(to) == 0 ? 0 : 1);
}

static void finish(pid_t pid, int want)
{
    int status;
    need(waitpid(pid, &status, 0) == pid, "wait");
    if (!WIFEXITED(status) || WEXITSTATUS(status) != want) {
        (void)fprintf(stderr, "a child ended with status %d\n", status);
        exit(1);
    }
}

/* The least processor time and the least time of TIMES runs, file to file. */
static cost measure(const char *const *args)
{
    cost best = {0};
    for (int i = 0; i < TIMES; i++) {
        int in = open(in_path, O_RDONLY);
        int out = open(out_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        need(in >= 0 && out >= 0, out_path);
        cost before = spent();
        finish(args ? start(args, in, out) : start_floor(in, out, -1), 0);
        cost after = spent();
        (void)close(in);
        (void)close(out);
        best.cpu = least(best.cpu, after.cpu - before.cpu);
        best.wall = least(best.wall, after.wall - before.wall);
    }
    return best;
}

/* --- figures --------------------------------------------------------------------- */

static void load_answers(void)
{
    FILE *f = fopen(out_path, "rb");
    need(f != NULL && fseek(f, 0, SEEK_END) == 0, out_path);
    answers_size = (size_t)ftell(f);
    answers = malloc(answers_size);
    need(answers != NULL, "memory");
    rewind(f);
    need(fread(answers, 1, answers_size, f) == answers_size, out_path);
    (void)fclose(f);
}

static void speed(const char *const *args, line_fn *line, int count)
{
    char name[64];
    FILE *f = fopen(in_path, "wb");
    need(f != NULL, in_path);
    write_lines(f, line, (uint64_t)count);
    need(fclose(f) == 0, in_path);
    cost value = measure(args);
    load_answers();
    cost base = measure(NULL);
    free(answers);
    answers_size = 0;
    (void)snprintf(name, sizeof name, "%s_lines", args[0]);
    tell(name, count / value.cpu, "lines/s", count / base.cpu);
    (void)snprintf(name, sizeof name, "%s_lines_wall", args[0]);
    tell(name, count / value.wall, "lines/s", count / base.wall);
}

/* What so many lines through a pipe cost; the peak is the most so far. */
static cost piped(const char *const *args, line_fn *line, uint64_t n, int want)
{
    int ends[2], out = open("/dev/null", O_WRONLY | O_CLOEXEC);
    need(pipe(ends) == 0 && out >= 0, "pipe");
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    cost before = spent();
    pid_t pid =
        args ? start(args, ends[0], out) : start_floor(ends[0], out, ends[1]);
    (void)close(ends[0]);
    (void)close(out);
    FILE *f = fdopen(ends[1], "wb");
    need(f != NULL, "pipe");
    write_lines(f, line, n);
    need(fclose(f) == 0, "pipe");
    finish(pid, want);
    cost after = spent();
    after.cpu -= before.cpu;
    after.wall -= before.wall;
    return after;
}

/* The shipped rule set with other limits, of the same length. */
static void write_rules(void)
{
    umi_text text = file_read("rules/data", "eligibility.yaml");
    char *p = (char *)text.ptr;
    FILE *f = fopen(rules_path, "wb");
    need(f != NULL, rules_path);
    while ((p = strstr(p, "'20000000'")) != NULL)
        p[2]++;
    need(fwrite(text.ptr, 1, text.len, f) == text.len && fclose(f) == 0,
         rules_path);
    free((char *)text.ptr);
}

static void memory(const char *name, const char *const *args, line_fn *line)
{
    bool torture = getenv("TORTURE") != NULL;
    uint64_t lines = torture ? 10000000 : 1000000;
    char figure[64];
    long few = piped(args, line, 1000, 0).peak;
    long many = piped(args, line, lines, 0).peak;
    (void)snprintf(figure, sizeof figure, "%s_memory_%llu_lines", name,
                   (unsigned long long)lines);
    tell(figure, (double)many, "KiB", (double)few);
}

static void two_rule_sets(void)
{
    const int count = 1000000;
    write_rules();
    long few = piped(diff, screen_line, 1000, 1).peak;
    cost value = piped(diff, screen_line, count, 1);
    cost base = piped(NULL, screen_line, count, 0);
    tell("rules_diff_over_1000000", count / value.cpu, "applications/s",
         count / base.cpu);
    tell("rules_diff_memory_1000000_lines", (double)value.peak, "KiB",
         (double)few);
    (void)unlink(rules_path);
}

int main(void)
{
    const char *build = getenv("BUILD") ? getenv("BUILD") : "build";
    (void)snprintf(program, sizeof program, "%s/umi", build);
    (void)snprintf(in_path, sizeof in_path, "%s/bench-lines.in", build);
    (void)snprintf(out_path, sizeof out_path, "%s/bench-lines.out", build);
    (void)snprintf(rules_path, sizeof rules_path, "%s/bench-lines.yaml", build);
    /* first, for a child counts the pages that it is forked with, and the
     * least hungry before others, for the peak is that of all so far */
    memory("quote", quote, quote_line);
    memory("screen", screen, screen_line);
    two_rule_sets();
    speed(quote, quote_line, 200000);
    speed(rate, rate_line, 100000);
    speed(life, life_line, 50000);
    speed(screen, screen_line, 50000);
    (void)unlink(in_path);
    (void)unlink(out_path);
    return 0;
}
