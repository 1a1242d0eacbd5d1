/* The house rules that no compiler knows: `tidy ROOT` reads every source file under ROOT and prints
 * file:line for each breach; exit 1 if there is one.
 *
 * A file is first sorted byte by byte into code, comments and literals, so that a rule about calls
 * is not misled by a comment, nor one about comments by a string. Before the walk each rule is
 * tried on the fixtures at the end of this file: a rule that finds nothing where it must, or
 * something where it must not, fails the run. */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define COLUMNS_MAX        100
#define FUNCTION_LINES_MAX 100
#define FILE_LINES_MAX     800
#define FIXTURE_BYTES_MAX  16384

enum kind { CODE, COMMENT, STRING, CHARACTER };

struct source {
    const char *path; /* relative to the root: "src/base/text.c" */
    const char *text; /* NUL-terminated */
    size_t n;
    unsigned char *kind; /* enum kind of each byte; delimiters belong to what they delimit */
};

struct rule {
    const char *name;
    bool any_file; /* also for scripts and the like, not C alone */
    void (*check)(const struct source *s);
};

/* What was found: printed, or in a self-test only noted. */
static struct {
    bool quiet;
    const char *rule; /* the rule at work */
    size_t count;
    const char *last_rule;
    size_t last_line;
} found;

static void *must(void *p)
{
    if (!p) {
        fputs("tidy: out of memory\n", stderr);
        exit(2);
    }
    return p;
}

static size_t line_of(const struct source *s, size_t at)
{
    size_t line = 1;
    for (size_t i = 0; i < at && i < s->n; i++) {
        line += s->text[i] == '\n';
    }
    return line;
}

__attribute__((format(printf, 3, 4))) static void report(const struct source *s, size_t at,
                                                         const char *fmt, ...)
{
    found.count++;
    found.last_rule = found.rule;
    found.last_line = line_of(s, at);
    if (found.quiet) {
        return;
    }
    printf("%s:%zu: %s: ", s->path, found.last_line, found.rule);
    va_list args;
    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);
    putchar('\n');
}

/* --- Reading C */

static bool starts(const char *s, const char *prefix)
{
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

static bool ends(const char *s, const char *suffix)
{
    size_t n = strlen(s), m = strlen(suffix);
    return n >= m && strcmp(s + n - m, suffix) == 0;
}

static bool is_c(const char *path)
{
    return ends(path, ".c") || ends(path, ".h");
}

static bool is_test(const char *path)
{
    return ends(path, "_test.c") || ends(path, "_kit.h");
}

static bool word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* The end of the comment or literal that begins at i. */
static size_t element_end(const char *t, size_t n, size_t i, enum kind kind)
{
    if (kind == COMMENT && t[i + 1] == '/') {
        const char *e = strchr(t + i, '\n');
        return e ? (size_t)(e - t) : n;
    }
    if (kind == COMMENT) {
        const char *e = strstr(t + i + 2, "*/");
        return e ? (size_t)(e - t) + 2 : n;
    }
    char quote = t[i];
    for (i++; i < n && t[i] != quote && t[i] != '\n'; i++) {
        i += t[i] == '\\' && i + 1 < n;
    }
    return i < n ? i + 1 : n;
}

static void classify(struct source *s)
{
    const char *t = s->text;
    s->kind = must(calloc(s->n + 1, 1)); /* zero is CODE */
    for (size_t i = 0; i < s->n;) {
        enum kind kind = CODE;
        if (t[i] == '/' && (t[i + 1] == '/' || t[i + 1] == '*')) {
            kind = COMMENT;
        } else if (t[i] == '"') {
            kind = STRING;
        } else if (t[i] == '\'') {
            kind = CHARACTER;
        }
        size_t end = kind == CODE ? i + 1 : element_end(t, s->n, i, kind);
        memset(s->kind + i, (int)kind, end - i);
        i = end;
    }
}

/* Finds the next whole word of this kind at or after *at and moves *at behind it. */
static bool next_word(const struct source *s, enum kind kind, size_t *at, size_t *start,
                      size_t *len)
{
    for (size_t i = *at; i < s->n; i++) {
        if (s->kind[i] != kind || !word_char(s->text[i])) {
            continue;
        }
        size_t e = i;
        while (e < s->n && s->kind[e] == kind && word_char(s->text[e])) {
            e++;
        }
        *start = i;
        *len = e - i;
        *at = e;
        return true;
    }
    return false;
}

static bool word_is(const struct source *s, size_t start, size_t len, const char *word)
{
    return len == strlen(word) && memcmp(s->text + start, word, len) == 0;
}

/* --- Includes go down only */

static const struct layer {
    const char *name;
    int rank;
    bool area; /* holds areas: src/front/order, src/back/ledger */
} layers[] = {
    { "base", 0, false }, { "os", 1, false },   { "db", 2, false },     { "http", 2, false },
    { "meta", 3, false }, { "flow", 4, false }, { "face", 5, false },   { "common", 6, true },
    { "front", 7, true }, { "back", 7, true },  { "insight", 7, true }, { "app", 8, false },
};

static const struct layer *layer_of(const char *path)
{
    for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++) {
        size_t n = strlen(layers[i].name);
        if (strncmp(path, layers[i].name, n) == 0 && path[n] == '/') {
            return &layers[i];
        }
    }
    return NULL;
}

/* "front/order/x.h" lies in the area "front/order/"; the length of that, or 0 for a file outside an
 * area. */
static size_t area_length(const char *path)
{
    const char *first = strchr(path, '/');
    const char *second = first ? strchr(first + 1, '/') : NULL;
    return second ? (size_t)(second - path) + 1 : 0;
}

/* front/order/order.h is the public header of front/order. All of common/ is open to those above
 * it. */
static bool is_public_header(const char *path)
{
    size_t area = area_length(path);
    if (area == 0) {
        return true; /* common/x.h belongs to all areas */
    }
    const char *name = strchr(path, '/') + 1;
    size_t n = area - 1 - (size_t)(name - path);
    return strncmp(path + area, name, n) == 0 && strcmp(path + area + n, ".h") == 0;
}

static void check_own_include(const struct source *s, size_t at, const char *target)
{
    const char *path = s->path + strlen("src/");
    const struct layer *from = layer_of(path), *to = layer_of(target);
    if (!to) {
        report(s, at, "\"%s\" is not a path below src/", target);
        return;
    }
    if (!from) {
        return; /* src/main.c may include all */
    }
    size_t area = area_length(path);
    if (from->area && area > 0 && strncmp(path, target, area) == 0) {
        return; /* its own area */
    }
    if (to->rank > from->rank || (to != from && to->rank == from->rank && !from->area)) {
        report(s, at, "%s may not include %s: includes go down only", from->name, to->name);
    } else if (from->area && to->rank > 0 && to->rank < 3) {
        report(s, at, "an area may not include %s", to->name);
    } else if (from->area && to->area && to->rank == from->rank && !is_public_header(target)) {
        report(s, at, "\"%s\" is not the public header of its area", target);
    }
}

/* The libraries of the stores and the server have one place each; areas know no threads either. */
static void check_system_include(const struct source *s, size_t at, const char *target)
{
    static const struct {
        const char *header, *home;
    } homes[] = {
        { "sqlite3.h", "src/db/" },
        { "libpq-fe.h", "src/db/" },
        { "microhttpd.h", "src/http/" },
    };
    const struct layer *from = layer_of(s->path + strlen("src/"));
    if (!from) {
        return;
    }
    for (size_t i = 0; i < sizeof homes / sizeof homes[0]; i++) {
        if (strcmp(target, homes[i].header) == 0 && !starts(s->path, homes[i].home)) {
            report(s, at, "<%s> belongs to %s", target, homes[i].home);
        }
    }
    if (from->area && (strcmp(target, "pthread.h") == 0 || strcmp(target, "unistd.h") == 0)) {
        report(s, at, "an area may not include <%s>", target);
    }
}

static void check_include(const struct source *s)
{
    if (!starts(s->path, "src/") || is_test(s->path)) {
        return; /* a test may need a whole house */
    }
    for (size_t i = 0; i < s->n; i++) {
        if (s->text[i] != '#' || s->kind[i] != CODE || (i > 0 && s->text[i - 1] != '\n')) {
            continue;
        }
        char open = 0, target[128];
        if (sscanf(s->text + i, "# include %c%127[^\">\n]", &open, target) != 2) {
            continue;
        }
        if (open == '"') {
            check_own_include(s, i, target);
        } else {
            check_system_include(s, i, target);
        }
    }
}

/* --- Words that may not be used */

static void check_call(const struct source *s)
{
    static const char *const banned[] = {
        "sprintf", "vsprintf", "strcpy", "stpcpy", "strcat", "strtok", "atoi",   "atol",
        "atoll",   "atof",     "gets",   "system", "alloca", "mktemp", "tmpnam",
    };
    size_t at = 0, start, len;
    while (next_word(s, CODE, &at, &start, &len)) {
        bool member = start > 0 && (s->text[start - 1] == '.' || s->text[start - 1] == '>');
        if (member || s->text[at + strspn(s->text + at, " ")] != '(') {
            continue;
        }
        for (size_t i = 0; i < sizeof banned / sizeof banned[0]; i++) {
            if (word_is(s, start, len, banned[i])) {
                report(s, start, "%s is banned", banned[i]);
            }
        }
    }
}

static void check_float(const struct source *s)
{
    /* Forecasting is statistics, not bookkeeping. */
    if (!starts(s->path, "src/") || starts(s->path, "src/insight/forecast")) {
        return;
    }
    const struct layer *layer = layer_of(s->path + strlen("src/"));
    if (!layer || !layer->area) {
        return;
    }
    size_t at = 0, start, len;
    while (next_word(s, CODE, &at, &start, &len)) {
        if (word_is(s, start, len, "float") || word_is(s, start, len, "double")) {
            report(s, start, "%.*s in business code: amounts are integers", (int)len,
                   s->text + start);
        }
    }
}

/* Values are bound, so no statement is made with %s; only the stores put names of tables together.
 */
static void check_sql(const struct source *s)
{
    static const char *const verbs[] = { "\"SELECT ", "\"INSERT ", "\"UPDATE ", "\"DELETE " };
    if (!starts(s->path, "src/") || starts(s->path, "src/db/") || starts(s->path, "src/meta/") ||
        is_test(s->path)) {
        return;
    }
    bool statement = false; /* inside literals that follow one another and began with a verb */
    bool literal = false;
    for (size_t i = 0; i < s->n; i++) {
        if (s->kind[i] == CODE && !isspace((unsigned char)s->text[i])) {
            statement = literal = false;
        }
        if (s->kind[i] != STRING) {
            continue;
        }
        if (!literal) {
            literal = true;
            for (size_t v = 0; v < sizeof verbs / sizeof verbs[0]; v++) {
                statement = statement || starts(s->text + i, verbs[v]);
            }
        }
        if (statement && (starts(s->text + i, "%s") || starts(s->text + i, "%.*s"))) {
            report(s, i, "SQL is not put together from text: bind the value");
        }
    }
}

static void check_todo(const struct source *s)
{
    size_t at = 0, start, len;
    while (next_word(s, COMMENT, &at, &start, &len)) {
        bool mark = word_is(s, start, len, "TODO") || word_is(s, start, len, "FIXME");
        if (word_is(s, start, len, "XXX")) { /* also the ISO 4217 code for "no currency" */
            bool first = start >= 3 && strspn(s->text + start - 3, "/* ") >= 3;
            mark = first || s->text[at] == ':';
        }
        if (mark) {
            report(s, start, "unfinished: %.*s", (int)len, s->text + start);
        }
    }
}

static void check_ascii(const struct source *s)
{
    for (size_t i = 0; i < s->n; i++) {
        if ((s->kind[i] == CODE || s->kind[i] == CHARACTER) && (unsigned char)s->text[i] > 126) {
            report(s, i, "code is ASCII outside literals and comments");
            i += strcspn(s->text + i, "\n");
        }
    }
}

/* A story states what it expects line by line, so running one is asserting. */
static void check_assert(const struct source *s)
{
    if (!is_test(s->path) || ends(s->path, ".h")) {
        return;
    }
    size_t at = 0, start, len;
    while (next_word(s, CODE, &at, &start, &len)) {
        bool asserts = memmem(s->text + start, len, "assert", 6) != NULL ||
                       word_is(s, start, len, "fail_msg") || word_is(s, start, len, "story_file") ||
                       word_is(s, start, len, "story_on_both_stores");
        if (asserts) {
            return;
        }
    }
    report(s, 0, "a test that asserts nothing");
}

static void check_head(const struct source *s)
{
    if (starts(s->path, "src/") && !is_test(s->path) && !starts(s->text, "/*")) {
        report(s, 0, "a file begins with a comment: what it is and why");
    }
}

/* --- Sizes */

/* Columns are characters, not bytes: continuation bytes of UTF-8 do not count. */
static void check_column(const struct source *s)
{
    size_t columns = 0;
    for (size_t i = 0; i < s->n; i++) {
        if (s->text[i] == '\n') {
            columns = 0;
        } else if (((unsigned char)s->text[i] & 0xC0) != 0x80 && ++columns == COLUMNS_MAX + 1) {
            report(s, i, "longer than %d columns", COLUMNS_MAX);
        }
    }
}

/* Only the body of a function has its opening brace in the first column. */
static void check_function(const struct source *s)
{
    size_t line = 1, open_line = 0, open_at = 0;
    for (size_t i = 0; i < s->n; i++) {
        bool first = (i == 0 || s->text[i - 1] == '\n') && s->kind[i] == CODE;
        if (first && s->text[i] == '{') {
            open_line = line;
            open_at = i;
        } else if (first && s->text[i] == '}' && open_line > 0) {
            if (line - open_line - 1 > FUNCTION_LINES_MAX) {
                report(s, open_at, "a function of %zu lines", line - open_line - 1);
            }
            open_line = 0;
        }
        line += s->text[i] == '\n';
    }
}

static void check_file(const struct source *s)
{
    size_t lines = line_of(s, s->n) - (s->n > 0 && s->text[s->n - 1] == '\n');
    if (lines > FILE_LINES_MAX) {
        report(s, s->n - 1, "a file of %zu lines", lines);
    }
}

static void check_blank(const struct source *s)
{
    for (size_t i = 1; i < s->n; i++) {
        bool blank = strchr(" \t\r", s->text[i - 1]) != NULL;
        if (s->text[i] == '\n' && blank) {
            report(s, i - 1, "blanks at the end of the line");
        }
    }
}

static const struct rule rules[] = {
    { "include", false, check_include }, { "call", false, check_call },
    { "float", false, check_float },     { "sql", false, check_sql },
    { "todo", false, check_todo },       { "ascii", false, check_ascii },
    { "assert", false, check_assert },   { "head", false, check_head },
    { "column", false, check_column },   { "function", false, check_function },
    { "file", false, check_file },       { "blank", true, check_blank },
};
#define RULES (sizeof rules / sizeof rules[0])

static void check_source(const char *path, const char *text, size_t n)
{
    struct source s = { .path = path, .text = text, .n = n };
    classify(&s);
    for (size_t i = 0; i < RULES; i++) {
        if (is_c(path) || rules[i].any_file) {
            found.rule = rules[i].name;
            rules[i].check(&s);
        }
    }
    free(s.kind);
}

/* --- The walk */

static size_t files;

static void check_file_at(const char *full, const char *path)
{
    FILE *f = fopen(full, "rb");
    struct stat st;
    if (!f || fstat(fileno(f), &st) != 0) {
        perror(full);
        exit(2);
    }
    size_t size = (size_t)st.st_size;
    char *text = must(malloc(size + 1));
    size_t n = fread(text, 1, size, f);
    fclose(f);
    text[n] = '\0';
    files++;
    check_source(path, text, strlen(text)); /* a file with NUL bytes is read up to the first */
    free(text);
}

static bool wanted(const char *path)
{
    static const char *const endings[] = { ".c",   ".h",  ".sh", ".cmake", ".txt",  ".po",
                                           ".css", ".js", ".ts", ".html",  ".toml", ".sql" };
    if (starts(path, "script/") || starts(path, ".ci/")) {
        return true;
    }
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        if (ends(path, endings[i])) {
            return true;
        }
    }
    return false;
}

/* Not our own text: kept fuzz inputs, what was built or installed, and hidden folders but .ci. */
static bool skipped(const char *path, const char *name)
{
    return strcmp(path, "tests/fuzz/corpus") == 0 || strcmp(name, "node_modules") == 0 ||
           strcmp(name, "dist") == 0 || strcmp(path, "build") == 0 || starts(path, "build-") ||
           strcmp(path, "kontor-data") == 0 || (name[0] == '.' && strcmp(path, ".ci") != 0);
}

static void walk(const char *root, const char *folder)
{
    char *full = NULL;
    struct dirent **names = NULL;
    if (asprintf(&full, "%s/%s", root, folder) < 0) {
        full = must(NULL);
    }
    int n = scandir(full, &names, NULL, alphasort);
    if (n < 0) {
        perror(full);
        exit(2);
    }
    free(full);
    for (int i = 0; i < n; i++) {
        const char *name = names[i]->d_name;
        char *path = NULL;
        struct stat st;
        if (asprintf(&path, "%s%s%s", folder, *folder ? "/" : "", name) < 0 ||
            asprintf(&full, "%s/%s", root, path) < 0) {
            full = must(NULL);
        }
        if (!skipped(path, name) && lstat(full, &st) == 0) {
            if (S_ISDIR(st.st_mode)) {
                walk(root, path);
            } else if (S_ISREG(st.st_mode) && wanted(path)) {
                check_file_at(full, path);
            }
        }
        free(full);
        free(path);
        free(names[i]);
    }
    free(names);
}

/* --- Self-test: each rule must find what it is for, and nothing else */

#define HEAD   "/* A file. */\n"
#define THIRTY "123456789 123456789 123456789 "
#define NINETY THIRTY THIRTY THIRTY

static const struct fixture {
    const char *path, *text;
    const char *rule; /* the one finding expected, NULL for none */
    size_t line;
    int lines; /* so many lines are put in place of the % in text; 0: text as it stands */
} fixtures[] = {
    { "src/base/a.c", HEAD "#include \"base/b.h\"\nint a;\n", NULL, 0, 0 },
    { "src/base/a.c", HEAD "#include \"os/file.h\"\n", "include", 2, 0 },
    { "src/db/a.c", HEAD "#include \"http/http.h\"\n", "include", 2, 0 },
    { "src/meta/a.c", HEAD "#include \"http/http.h\"\n#include \"db/db.h\"\n", NULL, 0, 0 },
    { "src/flow/a.c", HEAD "\n# include \"front/order/order.h\"\n", "include", 3, 0 },
    { "src/face/a.c", HEAD "#include \"a.h\"\n", "include", 2, 0 },
    { "src/face/a.c", HEAD "#include \"../meta/a.h\"\n", "include", 2, 0 },
    { "src/common/party/a.c", HEAD "#include \"front/order/order.h\"\n", "include", 2, 0 },
    { "src/front/order/a.c", HEAD "#include \"front/order/inner.h\"\n", NULL, 0, 0 },
    { "src/front/order/a.c", HEAD "#include \"common/pricing/tariff.h\"\n", NULL, 0, 0 },
    { "src/common/party/a.c", HEAD "#include \"common/pricing/tariff.h\"\n", "include", 2, 0 },
    { "src/common/party/a.c", HEAD "#include \"common/pricing/pricing.h\"\n", NULL, 0, 0 },
    { "src/front/order/a.c", HEAD "#include \"back/stock/stock.h\"\n", NULL, 0, 0 },
    { "src/front/order/a.c", HEAD "#include \"back/stock/inner.h\"\n", "include", 2, 0 },
    { "src/front/order/a.c", HEAD "#include \"front/till/stock.h\"\n", "include", 2, 0 },
    { "src/front/order/a.c", HEAD "#include \"db/db.h\"\n", "include", 2, 0 },
    { "src/front/order/a.c", HEAD "#include \"os/clock.h\"\n", "include", 2, 0 },
    { "src/front/order/a.c", HEAD "#include \"http/http.h\"\n", "include", 2, 0 },
    { "src/front/order/a.c", HEAD "#include \"app/config.h\"\n", "include", 2, 0 },
    { "src/app/a.c", HEAD "#include \"front/order/order.h\"\n#include \"db/db.h\"\n", NULL, 0, 0 },
    { "src/front/order/a_test.c", "#include \"db/db.h\"\nassert_int_equal();\n", NULL, 0, 0 },
    { "src/flow/a_test.c", "#include \"app/open.h\"\nassert_true(1);\n", NULL, 0, 0 },
    { "src/flow/a_kit.h", "#include \"kit/store.h\"\n", NULL, 0, 0 },
    { "src/flow/a.c", HEAD "#include <sqlite3.h>\n", "include", 2, 0 },
    { "src/back/tax/a.c", HEAD "#include <pthread.h>\n", "include", 2, 0 },
    { "src/db/a.c", HEAD "#include <sqlite3.h>\n#include <libpq-fe.h>\n", NULL, 0, 0 },
    { "src/main.c", HEAD "#include \"app/config.h\"\n", NULL, 0, 0 },

    { "src/base/a.c", HEAD "void f(void)\n{\n    strcpy(a, b);\n}\n", "call", 4, 0 },
    { "src/base/a.c", HEAD "int i = atoi (s);\n", "call", 2, 0 },
    { "tests/a.c", "int i = system(\"ls\");\n", "call", 1, 0 },
    { "src/base/a.c", HEAD "/* strcpy(a, b) */ const char *s = \"gets(\";\n", NULL, 0, 0 },
    { "src/base/a.c", HEAD "int n = snprintf(b, 2, \"\") + os_system(1) + x->system(2);\n", NULL, 0,
      0 },

    { "src/back/tax/a.c", HEAD "static double rate;\n", "float", 2, 0 },
    { "src/common/pricing/a.h", HEAD "float f(void);\n", "float", 2, 0 },
    { "src/back/tax/a.c", HEAD "/* no float */ int double_entry;\n", NULL, 0, 0 },
    { "src/insight/forecast/a.c", HEAD "static double level;\n", NULL, 0, 0 },
    { "src/base/a.c", HEAD "double seconds;\n", NULL, 0, 0 },

    { "src/front/order/a.c", HEAD "f(\"SELECT a FROM t WHERE n = '%s'\");\n", "sql", 2, 0 },
    { "src/front/order/a.c", HEAD "f(\"DELETE FROM t \"\n  \"WHERE n = '%.*s'\");\n", "sql", 3, 0 },
    { "src/front/order/a.c", HEAD "f(\"SELECT a FROM t WHERE n = ?\", \"%s\");\n", NULL, 0, 0 },
    { "src/front/order/a.c", HEAD "f(\"Selected %s\");\n", NULL, 0, 0 },
    { "src/db/a.c", HEAD "f(\"SELECT count(*) FROM %s\");\n", NULL, 0, 0 },

    { "src/base/a.c", HEAD "/* TODO: more */\n", "todo", 2, 0 },
    { "src/base/a.c", HEAD "int a; // FIXME\n", "todo", 2, 0 },
    { "src/base/a.c", HEAD "/* XXX not right */\n", "todo", 2, 0 },
    { "src/base/a.c", HEAD "/* the currency XXX is none */ const char *s = \"TODO\";\n", NULL, 0,
      0 },

    { "src/base/a.c", HEAD "int gr\303\266\303\237e;\n", "ascii", 2, 0 },
    { "src/base/a.c", HEAD "const char *s = \"\303\266\"; /* \303\237 */\n", NULL, 0, 0 },

    { "src/base/a_test.c", "int main(void)\n{\n    return 0; /* assert_true(1) */\n}\n", "assert",
      1, 0 },
    { "src/base/a_test.c", "int main(void)\n{\n    assert_true(f());\n}\n", NULL, 0, 0 },
    { "src/base/a_test.c", "int main(void)\n{\n    story_file(\"a.story\");\n}\n", NULL, 0, 0 },

    { "src/base/a.c", "#include <stdio.h>\n", "head", 1, 0 },
    { "tests/a.c", "#include <stdio.h>\n", NULL, 0, 0 },

    { "src/base/a.c", HEAD "/* " NINETY "4567 */\n", NULL, 0, 0 },
    { "src/base/a.c", HEAD "/* " NINETY "45678 */\n", "column", 2, 0 },
    { "src/base/a.c", HEAD "/* " NINETY "45\303\237\303\237 */\n", NULL, 0, 0 },

    { "src/base/a.c", HEAD "int f(void)\n{\n%}\n", NULL, 0, FUNCTION_LINES_MAX },
    { "src/base/a.c", HEAD "int f(void)\n{\n%}\n", "function", 3, FUNCTION_LINES_MAX + 1 },
    { "src/base/a.c", HEAD "%", NULL, 0, FILE_LINES_MAX - 1 },
    { "src/base/a.c", HEAD "%", "file", FILE_LINES_MAX + 1, FILE_LINES_MAX },

    { "src/base/a.c", HEAD "int a; \nint b;\n", "blank", 2, 0 },
    { "script/a", "ls\t\n", "blank", 1, 0 },
    { "script/a", "TODO system(1)\n", NULL, 0, 0 },
};
#define FIXTURES (sizeof fixtures / sizeof fixtures[0])

static bool fixture_holds(const struct fixture *f)
{
    char text[FIXTURE_BYTES_MAX];
    const char *gap = f->lines ? strchr(f->text, '%') : NULL;
    size_t n = gap ? (size_t)(gap - f->text) : strlen(f->text);
    memcpy(text, f->text, n);
    for (int i = 0; i < f->lines; i++) {
        memcpy(text + n, "    a();\n", 9);
        n += 9;
    }
    if (gap) {
        memcpy(text + n, gap + 1, strlen(gap + 1));
        n += strlen(gap + 1);
    }
    text[n] = '\0';
    found.count = 0;
    check_source(f->path, text, n);
    if (!f->rule) {
        return found.count == 0;
    }
    return found.count == 1 && strcmp(found.last_rule, f->rule) == 0 && found.last_line == f->line;
}

static bool self_test(void)
{
    bool good = true;
    found.quiet = true;
    for (size_t i = 0; i < FIXTURES; i++) {
        if (!fixture_holds(&fixtures[i])) {
            printf("tidy: self-test: %s: expected %s at line %zu, found %zu (%s at %zu):\n%s\n",
                   fixtures[i].path, fixtures[i].rule ? fixtures[i].rule : "nothing",
                   fixtures[i].line, found.count, found.count ? found.last_rule : "-",
                   found.count ? found.last_line : 0, fixtures[i].text);
            good = false;
        }
    }
    for (size_t r = 0; r < RULES; r++) {
        bool tried = false;
        for (size_t i = 0; i < FIXTURES; i++) {
            tried = tried || (fixtures[i].rule && strcmp(fixtures[i].rule, rules[r].name) == 0);
        }
        if (!tried) {
            printf("tidy: the rule %s has no fixture\n", rules[r].name);
            good = false;
        }
    }
    found.quiet = false;
    found.count = 0;
    return good;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: tidy ROOT\n", stderr);
        return 2;
    }
    bool good = self_test();
    walk(argv[1], "");
    printf("tidy: %zu files, %zu findings\n", files, found.count);
    return good && found.count == 0 ? 0 : 1;
}
