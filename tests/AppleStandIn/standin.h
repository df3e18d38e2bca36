/*
 * A stand-in for the parts of Apple's Core Foundation, Security and libSystem that the macOS plugins call. It keeps the
 * calling side honest: every object is counted, nothing that was released may be touched, and every status can be
 * scripted. It proves the contract between our code and what Apple documents; it proves nothing about macOS itself.
 */
#ifndef STANDIN_H
#define STANDIN_H

#include <stddef.h>
#include <stdint.h>

typedef const void *ref;

enum kind { KIND_STRING = 7, KIND_DATA = 20, KIND_NUMBER = 22, KIND_BOOLEAN = 21, KIND_DICTIONARY = 18, KIND_ARRAY = 19,
            KIND_URL = 29, KIND_ERROR = 27, KIND_CODE = 101, KIND_STATIC_CODE = 102, KIND_REQUIREMENT = 103 };

struct object {
    uint32_t magic;
    enum kind kind;
    long references;         /* negative: lives for ever */
    uint8_t *bytes;          /* text (UTF-8) or data; of a requirement its text, of a URL its path */
    size_t length;
    int owns_bytes;
    int is_secret;           /* must be zero when it is released */
    int64_t number;
    struct object **keys;    /* dictionaries: keys and values; arrays: values */
    struct object **values;
    size_t count;
    void *payload;           /* code: what it is */
};

/* cf.c */
struct object *new_object(enum kind kind);
struct object *new_string(const char *text);
struct object *new_data(const void *bytes, size_t length);
struct object *new_number(int64_t number);
struct object *new_dictionary(void);
struct object *new_array(void);
void put(struct object *dictionary, struct object *key, struct object *value); /* takes value over */
void append(struct object *array, struct object *value);                       /* takes value over */
struct object *check(ref object, enum kind kind, const char *user);
struct object *get(struct object *dictionary, struct object *key);
int text_is(struct object *string, const char *text);
struct object *constant_string(const char *text);
extern struct object *the_true;

/* script.c */
void fault(const char *format, ...);
int scripted(const char *function, int *status);

/* constants */
struct symbol { const char *name; void *address; };
extern const struct symbol cf_symbols[], item_symbols[], code_symbols[];
void make_cf_constants(void);
void make_item_constants(void);
void make_code_constants(void);
void reset_items(void);
void reset_code(void);
void reset_system(void);

/* libsystem.c: the processes that the script made */
struct process {
    int pid, version, is_alive, is_traced;
    uint32_t user;
    uint64_t start;
    char path[1024];
    char arguments[1024];
    size_t arguments_length;
    int is_signed, status;         /* status: what the validity check answers */
    char identifier[128], team[32];
    uint8_t cdhash[20];
    uint32_t flags, state;
    char entitlement[128];
    char requirements[4][256];
};
struct process *find_process(int pid, int version);
struct process *find_file(const char *path);

#endif
