#include "standin.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Core Foundation: objects that are counted, and poisoned rather than freed. */

#define ALIVE 0xCF0B7EC7u
#define DEAD 0xDEADDEADu
#define UTF8 0x08000100u

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long live, retains, releases, unzeroed;

struct object *the_true;
static void *allocator_null = (void *)0xA110CA7E;
static char key_callbacks[48], value_callbacks[40];

const struct symbol cf_symbols[] = {
    { "kCFBooleanTrue", &the_true },
    { "kCFAllocatorNull", &allocator_null },
    { "kCFTypeDictionaryKeyCallBacks", key_callbacks },
    { "kCFTypeDictionaryValueCallBacks", value_callbacks },
    { NULL, NULL },
};

long standin_live(void) { return live; }
long standin_retains(void) { return retains; }
long standin_releases(void) { return releases; }
long standin_unzeroed(void) { return unzeroed; }

struct object *new_object(enum kind kind)
{
    struct object *object = calloc(1, sizeof *object);
    object->magic = ALIVE;
    object->kind = kind;
    object->references = 1;
    pthread_mutex_lock(&lock);
    live++;
    retains++;
    pthread_mutex_unlock(&lock);
    return object;
}

static struct object *with_bytes(enum kind kind, const void *bytes, size_t length)
{
    struct object *object = new_object(kind);
    object->bytes = malloc(length + 1);
    memcpy(object->bytes, bytes, length);
    object->bytes[length] = 0;
    object->length = length;
    object->owns_bytes = 1;
    return object;
}

struct object *new_string(const char *text) { return with_bytes(KIND_STRING, text, strlen(text)); }
struct object *new_data(const void *bytes, size_t length) { return with_bytes(KIND_DATA, bytes, length); }
struct object *new_dictionary(void) { return new_object(KIND_DICTIONARY); }
struct object *new_array(void) { return new_object(KIND_ARRAY); }

struct object *new_number(int64_t number)
{
    struct object *object = new_object(KIND_NUMBER);
    object->number = number;
    return object;
}

static struct object *immortal(struct object *object)
{
    pthread_mutex_lock(&lock);
    object->references = -1;
    live--;
    retains--;
    pthread_mutex_unlock(&lock);
    return object;
}

struct object *constant_string(const char *text) { return immortal(new_string(text)); }

void make_cf_constants(void)
{
    the_true = immortal(new_object(KIND_BOOLEAN));
    the_true->number = 1;
}

static struct object *alive(ref reference, const char *user)
{
    struct object *object = (struct object *)reference;
    if (object && object->magic == ALIVE)
        return object;
    fault(object && object->magic == DEAD ? "%s used an object after its release" : "%s used what is no object", user);
    return NULL;
}

struct object *check(ref reference, enum kind kind, const char *user)
{
    struct object *object = alive(reference, user);
    if (object && object->kind == kind)
        return object;
    if (object)
        fault("%s was given an object of kind %d instead of %d", user, object->kind, kind);
    return NULL;
}

static struct object *retain(struct object *object)
{
    pthread_mutex_lock(&lock);
    if (object->references >= 0) {
        object->references++;
        retains++;
    }
    pthread_mutex_unlock(&lock);
    return object;
}

void CFRelease(ref reference)
{
    struct object *object = alive(reference, "CFRelease");
    if (!object)
        return;
    pthread_mutex_lock(&lock);
    int is_last = 0;
    if (object->references >= 0) {
        releases++;
        is_last = --object->references == 0;
        if (is_last) {
            live--;
            object->magic = DEAD; /* and never freed: whoever touches it again is found */
        }
    }
    pthread_mutex_unlock(&lock);
    if (!is_last)
        return;
    for (size_t i = 0; i < object->count; i++) {
        if (object->keys)
            CFRelease(object->keys[i]);
        CFRelease(object->values[i]);
    }
    for (size_t i = 0; object->is_secret && i < object->length; i++)
        if (object->bytes[i]) {
            unzeroed++;
            break;
        }
    if (object->owns_bytes)
        memset(object->bytes, 0xDB, object->length);
}

size_t CFGetTypeID(ref reference)
{
    struct object *object = alive(reference, "CFGetTypeID");
    return object ? (size_t)object->kind : 0;
}

size_t CFStringGetTypeID(void) { return KIND_STRING; }
size_t CFDataGetTypeID(void) { return KIND_DATA; }
size_t CFDictionaryGetTypeID(void) { return KIND_DICTIONARY; }
size_t CFArrayGetTypeID(void) { return KIND_ARRAY; }
size_t CFNumberGetTypeID(void) { return KIND_NUMBER; }
size_t CFBooleanGetTypeID(void) { return KIND_BOOLEAN; }

ref CFStringCreateWithBytes(ref allocator, const uint8_t *bytes, long length, uint32_t encoding, uint8_t is_external)
{
    if (allocator || encoding != UTF8 || is_external)
        fault("CFStringCreateWithBytes was asked for something else than plain UTF-8");
    return with_bytes(KIND_STRING, bytes, (size_t)length);
}

/* UTF-16 units: one for each character of up to three bytes, two for each of four. */
long CFStringGetLength(ref reference)
{
    struct object *string = check(reference, KIND_STRING, "CFStringGetLength");
    long units = 0;
    for (size_t i = 0; string && i < string->length; i++)
        units += (string->bytes[i] & 0xC0) == 0x80 ? 0 : string->bytes[i] >= 0xF0 ? 2 : 1;
    return units;
}

struct range { long location, length; };

long CFStringGetBytes(ref reference, struct range range, uint32_t encoding, uint8_t loss, uint8_t is_external,
    uint8_t *buffer, long room, long *used)
{
    struct object *string = check(reference, KIND_STRING, "CFStringGetBytes");
    if (!string || encoding != UTF8 || loss || is_external || range.location != 0 || range.length != CFStringGetLength(reference)) {
        fault("CFStringGetBytes was asked for something else than all of it as UTF-8");
        return 0;
    }
    if (used)
        *used = (long)string->length;
    if (buffer) {
        if (room < (long)string->length)
            return 0;
        memcpy(buffer, string->bytes, string->length);
    }
    return range.length;
}

ref CFDataCreate(ref allocator, const uint8_t *bytes, long length)
{
    if (allocator)
        fault("CFDataCreate was given an allocator");
    return new_data(length ? (const void *)bytes : "", (size_t)length);
}

ref CFDataCreateWithBytesNoCopy(ref allocator, uint8_t *bytes, long length, ref deallocator)
{
    if (allocator || deallocator != allocator_null)
        fault("CFDataCreateWithBytesNoCopy would free memory that is not its own");
    struct object *data = new_object(KIND_DATA);
    data->bytes = bytes;
    data->length = (size_t)length;
    return data;
}

const uint8_t *CFDataGetBytePtr(ref reference)
{
    struct object *data = check(reference, KIND_DATA, "CFDataGetBytePtr");
    return data ? data->bytes : NULL;
}

long CFDataGetLength(ref reference)
{
    struct object *data = check(reference, KIND_DATA, "CFDataGetLength");
    return data ? (long)data->length : 0;
}

static int equal(struct object *a, struct object *b)
{
    return a == b || (a->kind == b->kind && a->length == b->length && (a->kind == KIND_STRING || a->kind == KIND_DATA)
        && memcmp(a->bytes, b->bytes, a->length) == 0);
}

int text_is(struct object *string, const char *text)
{
    return string && string->length == strlen(text) && memcmp(string->bytes, text, string->length) == 0;
}

ref CFDictionaryCreateMutable(ref allocator, long capacity, const void *keys, const void *values)
{
    if (allocator || capacity || keys != key_callbacks || values != value_callbacks)
        fault("CFDictionaryCreateMutable was not asked for a dictionary of objects");
    return new_dictionary();
}

void put(struct object *dictionary, struct object *key, struct object *value)
{
    for (size_t i = 0; i < dictionary->count; i++)
        if (equal(dictionary->keys[i], key)) {
            CFRelease(dictionary->values[i]);
            dictionary->values[i] = value;
            return;
        }
    dictionary->keys = realloc(dictionary->keys, (dictionary->count + 1) * sizeof *dictionary->keys);
    dictionary->values = realloc(dictionary->values, (dictionary->count + 1) * sizeof *dictionary->values);
    dictionary->keys[dictionary->count] = retain(key);
    dictionary->values[dictionary->count++] = value;
}

void append(struct object *array, struct object *value)
{
    array->values = realloc(array->values, (array->count + 1) * sizeof *array->values);
    array->values[array->count++] = value;
}

struct object *get(struct object *dictionary, struct object *key)
{
    for (size_t i = 0; i < dictionary->count; i++)
        if (equal(dictionary->keys[i], key))
            return dictionary->values[i];
    return NULL;
}

void CFDictionarySetValue(ref reference, ref key, ref value)
{
    struct object *dictionary = check(reference, KIND_DICTIONARY, "CFDictionarySetValue");
    struct object *name = check(key, KIND_STRING, "CFDictionarySetValue (key)");
    struct object *object = alive(value, "CFDictionarySetValue (value)");
    if (dictionary && name && object)
        put(dictionary, name, retain(object));
}

ref CFDictionaryGetValue(ref reference, ref key)
{
    struct object *dictionary = check(reference, KIND_DICTIONARY, "CFDictionaryGetValue");
    struct object *name = check(key, KIND_STRING, "CFDictionaryGetValue (key)");
    return dictionary && name ? get(dictionary, name) : NULL;
}

long CFArrayGetCount(ref reference)
{
    struct object *array = check(reference, KIND_ARRAY, "CFArrayGetCount");
    return array ? (long)array->count : 0;
}

ref CFArrayGetValueAtIndex(ref reference, long index)
{
    struct object *array = check(reference, KIND_ARRAY, "CFArrayGetValueAtIndex");
    if (array && index >= 0 && index < (long)array->count)
        return array->values[index];
    fault("CFArrayGetValueAtIndex was asked beyond the end");
    return NULL;
}

uint8_t CFNumberGetValue(ref reference, long type, void *value)
{
    struct object *number = check(reference, KIND_NUMBER, "CFNumberGetValue");
    if (!number || type != 4)
        return 0;
    *(int64_t *)value = number->number;
    return 1;
}

uint8_t CFBooleanGetValue(ref reference)
{
    struct object *boolean = check(reference, KIND_BOOLEAN, "CFBooleanGetValue");
    return boolean && boolean->number != 0;
}

ref CFURLCreateFromFileSystemRepresentation(ref allocator, const uint8_t *path, long length, uint8_t is_directory)
{
    if (allocator || is_directory)
        fault("CFURLCreateFromFileSystemRepresentation was not asked for a file");
    return with_bytes(KIND_URL, path, (size_t)length);
}
