#include "standin.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* SecItem: generic passwords in memory, and the rules of SecItem.h about what a query may say. */

enum { SUCCESS = 0, PARAM = -50, DUPLICATE = -25299, NOT_FOUND = -25300, NOT_ALLOWED = -25308, MISSING_ENTITLEMENT = -34018 };
enum { UNLOCKED = 1, READABLE = 2, WRITABLE = 4 };

struct item {
    struct object *service, *account, *label, *generic, *group;
    uint8_t *value;
    size_t length;
    int is_protected, is_this_device_only;
    struct item *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct item *items;
static uint32_t keychain_state;
static int may_interact, is_entitled;

#define CONSTANTS(X) \
    X(kSecClass) X(kSecClassGenericPassword) X(kSecAttrService) X(kSecAttrAccount) X(kSecAttrLabel) X(kSecAttrGeneric) \
    X(kSecAttrAccessGroup) X(kSecAttrAccessible) X(kSecAttrAccessibleWhenUnlockedThisDeviceOnly) X(kSecValueData) \
    X(kSecReturnData) X(kSecReturnAttributes) X(kSecMatchLimit) X(kSecMatchLimitOne) X(kSecMatchLimitAll) \
    X(kSecUseDataProtectionKeychain) X(kSecUseAuthenticationUI) X(kSecUseAuthenticationUIFail)

#define DECLARE(name) static struct object *name;
CONSTANTS(DECLARE)
#define SYMBOL(name) { #name, &name },
const struct symbol item_symbols[] = { CONSTANTS(SYMBOL) { NULL, NULL } };

void make_item_constants(void)
{
#define MAKE(name) name = constant_string(#name);
    CONSTANTS(MAKE)
}

static struct object *copy(struct object *object)
{
    /* The keychain's own copies are no objects of the caller: they must not count. */
    struct object *own = calloc(1, sizeof *own);
    own->bytes = malloc(object->length + 1);
    memcpy(own->bytes, object->bytes, object->length);
    own->bytes[object->length] = 0;
    own->length = object->length;
    return own;
}

static int same(struct object *own, struct object *object)
{
    return own && own->length == object->length && memcmp(own->bytes, object->bytes, own->length) == 0;
}

static void discard(struct object **own)
{
    if (*own) {
        free((*own)->bytes);
        free(*own);
        *own = NULL;
    }
}

void reset_items(void)
{
    while (items) {
        struct item *next = items->next;
        discard(&items->service);
        discard(&items->account);
        discard(&items->label);
        discard(&items->generic);
        discard(&items->group);
        free(items->value);
        free(items);
        items = next;
    }
    keychain_state = UNLOCKED | READABLE | WRITABLE;
    may_interact = 1;
    is_entitled = 0;
}

void standin_keychain(uint32_t state, int entitled)
{
    keychain_state = state;
    is_entitled = entitled;
}

int standin_may_interact(void) { return may_interact; }

/* How the item was stored: 1 data protection, 2 this device only, 4 an access group; -1 where there is none. */
int standin_item(const char *service, const char *account)
{
    for (struct item *item = items; item; item = item->next)
        if (text_is(item->service, service) && text_is(item->account, account))
            return (item->is_protected ? 1 : 0) | (item->is_this_device_only ? 2 : 0) | (item->group ? 4 : 0);
    return -1;
}

/* An item of another tool. */
void standin_add_item(const char *service, const char *account, const uint8_t *value, long length, const uint8_t *generic, long generic_length)
{
    struct object name = { .bytes = (uint8_t *)service, .length = strlen(service) };
    struct object user = { .bytes = (uint8_t *)account, .length = strlen(account) };
    struct object other = { .bytes = (uint8_t *)generic, .length = (size_t)generic_length };
    struct item *item = calloc(1, sizeof *item);
    item->service = copy(&name);
    item->account = copy(&user);
    if (generic_length)
        item->generic = copy(&other);
    item->value = malloc((size_t)length + 1);
    memcpy(item->value, value, (size_t)length);
    item->length = (size_t)length;
    item->next = items;
    items = item;
}

/* The bytes that are stored, as another tool would find them. */
long standin_read_item(const char *service, const char *account, uint8_t *value, long room)
{
    for (struct item *item = items; item; item = item->next)
        if (text_is(item->service, service) && text_is(item->account, account) && room >= (long)item->length) {
            memcpy(value, item->value, item->length);
            return (long)item->length;
        }
    return -1;
}

struct query { struct object *service, *account; int is_protected; };

enum role { LOOKING, ADDING, CHANGING };

/* A key that a function does not know is a mistake of the caller, which the real one might not report. */
static int read_query(ref reference, const char *user, enum role role, struct query *query)
{
    struct object *dictionary = check(reference, KIND_DICTIONARY, user);
    if (!dictionary)
        return PARAM;
    for (size_t i = 0; i < dictionary->count; i++) {
        struct object *key = dictionary->keys[i];
        int is_return = key == kSecReturnData || key == kSecReturnAttributes || key == kSecMatchLimit;
        int is_content = key == kSecValueData || key == kSecAttrGeneric || key == kSecAttrLabel || key == kSecAttrAccessible;
        int is_name = key == kSecAttrService || key == kSecAttrAccount || key == kSecAttrAccessGroup;
        int is_common = key == kSecClass || key == kSecUseDataProtectionKeychain || key == kSecUseAuthenticationUI;
        int fits = role == CHANGING ? is_content : is_common || is_name || (role == ADDING ? is_content : is_return);
        if (!fits)
            fault("%s was given the key %s", user, key->bytes);
    }
    if (role == CHANGING)
        return SUCCESS;
    query->service = get(dictionary, kSecAttrService);
    query->account = get(dictionary, kSecAttrAccount);
    query->is_protected = get(dictionary, kSecUseDataProtectionKeychain) == the_true;
    if (get(dictionary, kSecClass) != kSecClassGenericPassword)
        return PARAM;
    if (!query->is_protected && (get(dictionary, kSecAttrAccessGroup) || get(dictionary, kSecAttrAccessible)))
        fault("%s was given what a keychain in a file has not", user);
    return query->is_protected && !is_entitled ? MISSING_ENTITLEMENT : SUCCESS;
}

static int matches(struct item *item, struct query *query)
{
    return item->is_protected == query->is_protected
        && (!query->service || same(item->service, query->service))
        && (!query->account || same(item->account, query->account));
}

static void set_content(struct item *item, struct object *dictionary)
{
    struct object *value = get(dictionary, kSecValueData), *generic = get(dictionary, kSecAttrGeneric), *label = get(dictionary, kSecAttrLabel);
    if (value) {
        free(item->value);
        item->value = malloc(value->length + 1);
        memcpy(item->value, value->bytes, value->length);
        item->length = value->length;
    }
    if (generic) {
        discard(&item->generic);
        item->generic = copy(generic);
    }
    if (label) {
        discard(&item->label);
        item->label = copy(label);
    }
}

static struct object *describe(struct item *item, int with_value)
{
    struct object *dictionary = new_dictionary();
    put(dictionary, kSecAttrService, new_string((char *)item->service->bytes));
    put(dictionary, kSecAttrAccount, new_string((char *)item->account->bytes));
    if (item->generic)
        put(dictionary, kSecAttrGeneric, new_data(item->generic->bytes, item->generic->length));
    if (with_value) {
        struct object *value = new_data(item->value, item->length);
        value->is_secret = 1;
        put(dictionary, kSecValueData, value);
    }
    return dictionary;
}

int SecItemAdd(ref attributes, ref *result)
{
    int status;
    if (result)
        fault("SecItemAdd was asked for a result that nobody releases");
    if (scripted("SecItemAdd", &status))
        return status;
    struct query query = { 0 };
    pthread_mutex_lock(&lock);
    status = read_query(attributes, "SecItemAdd", ADDING, &query);
    if (status == SUCCESS && (!query.service || !query.account))
        status = PARAM;
    for (struct item *item = items; status == SUCCESS && item; item = item->next)
        if (matches(item, &query))
            status = DUPLICATE;
    if (status == SUCCESS && !query.is_protected && !(keychain_state & UNLOCKED))
        status = NOT_ALLOWED;
    if (status == SUCCESS) {
        struct object *dictionary = (struct object *)attributes, *group = get(dictionary, kSecAttrAccessGroup);
        struct item *item = calloc(1, sizeof *item);
        item->service = copy(query.service);
        item->account = copy(query.account);
        item->group = group ? copy(group) : NULL;
        item->is_protected = query.is_protected;
        item->is_this_device_only = get(dictionary, kSecAttrAccessible) == kSecAttrAccessibleWhenUnlockedThisDeviceOnly;
        set_content(item, dictionary);
        item->next = items;
        items = item;
    }
    pthread_mutex_unlock(&lock);
    return status;
}

int SecItemUpdate(ref reference, ref change)
{
    int status;
    if (scripted("SecItemUpdate", &status))
        return status;
    struct query query = { 0 };
    pthread_mutex_lock(&lock);
    status = read_query(reference, "SecItemUpdate", LOOKING, &query);
    if (status == SUCCESS)
        status = read_query(change, "SecItemUpdate (change)", CHANGING, NULL);
    if (status == SUCCESS) {
        status = NOT_FOUND;
        for (struct item *item = items; item; item = item->next)
            if (matches(item, &query)) {
                status = !query.is_protected && !(keychain_state & UNLOCKED) ? NOT_ALLOWED : SUCCESS;
                if (status == SUCCESS)
                    set_content(item, (struct object *)change);
            }
    }
    pthread_mutex_unlock(&lock);
    return status;
}

int SecItemDelete(ref reference)
{
    int status;
    if (scripted("SecItemDelete", &status))
        return status;
    struct query query = { 0 };
    pthread_mutex_lock(&lock);
    status = read_query(reference, "SecItemDelete", LOOKING, &query);
    if (status == SUCCESS && (!query.service || !query.account)) {
        fault("SecItemDelete would delete more than one item");
        status = PARAM;
    }
    if (status == SUCCESS) {
        status = NOT_FOUND;
        for (struct item **at = &items; *at;) {
            struct item *item = *at;
            if (!matches(item, &query)) {
                at = &item->next;
                continue;
            }
            *at = item->next;
            discard(&item->service);
            discard(&item->account);
            discard(&item->label);
            discard(&item->generic);
            discard(&item->group);
            free(item->value);
            free(item);
            status = SUCCESS;
        }
    }
    pthread_mutex_unlock(&lock);
    return status;
}

int SecItemCopyMatching(ref reference, ref *result)
{
    int status;
    if (scripted("SecItemCopyMatching", &status))
        return status;
    struct query query = { 0 };
    pthread_mutex_lock(&lock);
    status = read_query(reference, "SecItemCopyMatching", LOOKING, &query);
    if (status == SUCCESS) {
        struct object *dictionary = (struct object *)reference;
        int all = get(dictionary, kSecMatchLimit) == kSecMatchLimitAll, with_value = get(dictionary, kSecReturnData) == the_true;
        struct object *array = all ? new_array() : NULL, *found = NULL;
        if (all && with_value && !query.is_protected)
            status = PARAM; /* "all" with data is not supported for keychains in files */
        else if (with_value && !query.is_protected && !(keychain_state & UNLOCKED))
            status = NOT_ALLOWED;
        for (struct item *item = items; status == SUCCESS && item; item = item->next)
            if (matches(item, &query) && !found) {
                if (all)
                    append(array, describe(item, with_value));
                else
                    found = describe(item, with_value);
            }
        if (status == SUCCESS && !found && !(array && array->count))
            status = NOT_FOUND;
        if (status == SUCCESS)
            *result = all ? array : found;
        else if (array) {
            extern void CFRelease(ref);
            CFRelease(array);
        }
    }
    pthread_mutex_unlock(&lock);
    return status;
}

int SecKeychainGetStatus(ref keychain, uint32_t *state)
{
    int status;
    if (keychain)
        fault("SecKeychainGetStatus was not asked about the default keychain");
    if (scripted("SecKeychainGetStatus", &status))
        return status;
    *state = keychain_state;
    return SUCCESS;
}

int SecKeychainSetUserInteractionAllowed(uint8_t state)
{
    may_interact = state;
    return SUCCESS;
}
