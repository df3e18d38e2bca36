#include "standin.h"
#include <string.h>

/* SecCode: code that the script described, running or on disk. */

enum { SUCCESS = 0, NO_SUCH_CODE = -67065, STATIC_NOT_FOUND = -67068, UNSIGNED = -67062, REQ_INVALID = -67052, REQ_FAILED = -67050 };

#define CONSTANTS(X) \
    X(kSecGuestAttributeAudit) X(kSecCodeInfoIdentifier) X(kSecCodeInfoTeamIdentifier) X(kSecCodeInfoUnique) \
    X(kSecCodeInfoFlags) X(kSecCodeInfoStatus) X(kSecCodeInfoEntitlementsDict)

#define DECLARE(name) static struct object *name;
CONSTANTS(DECLARE)
#define SYMBOL(name) { #name, &name },
const struct symbol code_symbols[] = { CONSTANTS(SYMBOL) { NULL, NULL } };

void make_code_constants(void)
{
#define MAKE(name) name = constant_string(#name);
    CONSTANTS(MAKE)
}

void reset_code(void) { }

static ref new_error(void) { return new_object(KIND_ERROR); }

int SecCodeCopyGuestWithAttributes(ref host, ref attributes, uint32_t flags, ref *guest)
{
    int status;
    struct object *dictionary = check(attributes, KIND_DICTIONARY, "SecCodeCopyGuestWithAttributes");
    struct object *token = dictionary ? get(dictionary, kSecGuestAttributeAudit) : NULL;
    if (host || flags || !token || token->kind != KIND_DATA || token->length != 32) {
        fault("SecCodeCopyGuestWithAttributes was not given an audit token");
        return NO_SUCH_CODE;
    }
    if (scripted("SecCodeCopyGuestWithAttributes", &status))
        return status;
    uint32_t words[8];
    memcpy(words, token->bytes, sizeof words);
    struct process *process = find_process((int)words[5], (int)words[7]);
    if (!process)
        return NO_SUCH_CODE;
    struct object *code = new_object(KIND_CODE);
    code->payload = process;
    *guest = code;
    return SUCCESS;
}

int SecStaticCodeCreateWithPath(ref url, uint32_t flags, ref *code)
{
    int status;
    struct object *path = check(url, KIND_URL, "SecStaticCodeCreateWithPath");
    if (flags)
        fault("SecStaticCodeCreateWithPath was given flags");
    if (scripted("SecStaticCodeCreateWithPath", &status))
        return status;
    struct process *file = path ? find_file((char *)path->bytes) : NULL;
    if (!file)
        return STATIC_NOT_FOUND;
    struct object *object = new_object(KIND_STATIC_CODE);
    object->payload = file;
    *code = object;
    return SUCCESS;
}

static int is_met(struct process *process, struct object *requirement)
{
    for (int i = 0; i < 4; i++)
        if (process->requirements[i][0] && text_is(requirement, process->requirements[i]))
            return 1;
    return 0;
}

static int validity(struct process *process, uint32_t flags, ref requirement, ref *errors, const char *function)
{
    int status;
    if (flags)
        fault("%s was given flags", function);
    struct object *text = requirement ? check(requirement, KIND_REQUIREMENT, function) : NULL;
    if (!scripted(function, &status)) {
        status = process->status;
        if (status == SUCCESS && !process->is_signed)
            status = UNSIGNED;
        if (status == SUCCESS && text && !is_met(process, text))
            status = REQ_FAILED;
    }
    if (status != SUCCESS && errors)
        *errors = new_error();
    return status;
}

int SecCodeCheckValidityWithErrors(ref code, uint32_t flags, ref requirement, ref *errors)
{
    struct object *object = check(code, KIND_CODE, "SecCodeCheckValidityWithErrors");
    if (!object)
        return NO_SUCH_CODE;
    struct process *process = object->payload;
    if (!find_process(process->pid, process->version)) {
        *errors = new_error();
        return NO_SUCH_CODE;
    }
    return validity(process, flags, requirement, errors, "SecCodeCheckValidityWithErrors");
}

int SecStaticCodeCheckValidityWithErrors(ref code, uint32_t flags, ref requirement, ref *errors)
{
    struct object *object = check(code, KIND_STATIC_CODE, "SecStaticCodeCheckValidityWithErrors");
    return object ? validity(object->payload, flags, requirement, errors, "SecStaticCodeCheckValidityWithErrors") : NO_SUCH_CODE;
}

int SecCodeCopySigningInformation(ref code, uint32_t flags, ref *information)
{
    int status;
    struct object *object = (struct object *)code;
    if (object->kind != KIND_CODE && object->kind != KIND_STATIC_CODE)
        fault("SecCodeCopySigningInformation was given no code");
    if ((flags & 8) && object->kind != KIND_CODE)
        fault("SecCodeCopySigningInformation was asked for dynamic information on code that does not run");
    if (scripted("SecCodeCopySigningInformation", &status))
        return status;
    struct process *process = object->payload;
    struct object *dictionary = new_dictionary();
    if (process->is_signed) {
        put(dictionary, kSecCodeInfoIdentifier, new_string(process->identifier));
        put(dictionary, kSecCodeInfoUnique, new_data(process->cdhash, sizeof process->cdhash));
        put(dictionary, kSecCodeInfoFlags, new_number(process->flags));
        if (process->team[0] && (flags & 2))
            put(dictionary, kSecCodeInfoTeamIdentifier, new_string(process->team));
        if (process->entitlement[0] && (flags & 4)) {
            struct object *entitlements = new_dictionary(), *name = constant_string(process->entitlement);
            put(entitlements, name, the_true);
            put(dictionary, kSecCodeInfoEntitlementsDict, entitlements);
        }
    }
    if (flags & 8)
        put(dictionary, kSecCodeInfoStatus, new_number(process->state));
    *information = dictionary;
    return SUCCESS;
}

int SecRequirementCreateWithString(ref text, uint32_t flags, ref *requirement)
{
    int status;
    struct object *string = check(text, KIND_STRING, "SecRequirementCreateWithString");
    if (flags)
        fault("SecRequirementCreateWithString was given flags");
    if (scripted("SecRequirementCreateWithString", &status))
        return status;
    if (!string || strstr((char *)string->bytes, "nonsense"))
        return REQ_INVALID;
    struct object *object = new_object(KIND_REQUIREMENT);
    object->bytes = (uint8_t *)strdup((char *)string->bytes);
    object->length = string->length;
    *requirement = object;
    return SUCCESS;
}
