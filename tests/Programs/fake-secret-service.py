"""A Secret Service in memory that misbehaves as it is told, for tests.

usage: fake-secret-service.py [NAME=VALUE ...]     settings, which org.keychainauth.Fake.Set changes later:

  sessions=plain|none       what OpenSession offers
  refuse_keys=N             how many keys for an encrypted session it will not take first, as KWallet some
  locked=yes|no             the default collection
  prompt=unlock|dismiss|fail|silent|exit
                            what becomes of a prompt: "fail" completes and leaves locked, "exit" ends the program
  confirm=yes|no            CreateItem and Delete ask by a prompt
  hang=METHOD,...           methods that are never answered
  error=METHOD:NAME         a method that fails with an error, "error=METHOD:NAME:N" from its Nth call on
  spoil=yes|no              values are stored otherwise than they came
  default=yes|no            whether there is a default collection

Each call is printed as a line "called METHOD"; setting mark=TEXT prints "marked TEXT", after all calls before it.
"""

import sys
import time

from gi.repository import Gio, GLib

NAME, PATH = "org.freedesktop.secrets", "/org/freedesktop/secrets"
COLLECTION = PATH + "/collection/fake"
ITEM = "org.freedesktop.Secret.Item"

settings = {"sessions": "plain", "refuse_keys": "0", "locked": "no", "prompt": "unlock", "confirm": "no", "hang": "", "error": "", "spoil": "no", "default": "yes"}
items = {}
prompts = {}
counts = {}
numbers = iter(range(1, 1_000_000))


class Failure(Exception):
    pass


def say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def change(text):
    name, value = text.split("=", 1)
    settings[name] = value
    if name == "mark":
        say("marked " + value)


def item_properties(item):
    return {
        "Attributes": GLib.Variant("a{ss}", item["attributes"]),
        "Label": GLib.Variant("s", item["label"]),
        "Locked": GLib.Variant("b", settings["locked"] == "yes"),
        "Created": GLib.Variant("t", item["created"]),
        "Modified": GLib.Variant("t", item["modified"]),
    }


def collection_properties():
    return {
        "Label": GLib.Variant("s", "Fake"),
        "Locked": GLib.Variant("b", settings["locked"] == "yes"),
        "Items": GLib.Variant("ao", list(items)),
    }


def properties(path):
    if path == PATH:
        return {"Collections": GLib.Variant("ao", [COLLECTION] if settings["default"] == "yes" else [])}
    if path == COLLECTION:
        return collection_properties()
    if path in items:
        return item_properties(items[path])
    raise Failure("org.freedesktop.DBus.Error.UnknownObject")


def matching(attributes):
    return [p for p, i in items.items() if all(i["attributes"].get(k) == v for k, v in attributes.items())]


def add_item(properties_, secret):
    path = f"{COLLECTION}/{next(numbers)}"
    now = int(time.time())
    items[path] = {
        "attributes": dict(properties_[ITEM + ".Attributes"]),
        "label": properties_[ITEM + ".Label"],
        "value": stored(secret),
        "type": secret[3],
        "created": now,
        "modified": now,
    }
    return path


def stored(secret):
    return b"spoilt" if settings["spoil"] == "yes" else bytes(secret[2])


def new_prompt(action):
    path = f"{PATH}/prompt/{next(numbers)}"
    prompts[path] = action
    return path


def unlock():
    settings["locked"] = "no"
    return GLib.Variant("ao", [COLLECTION])


def require_open():
    if settings["locked"] == "yes":
        raise Failure("org.freedesktop.Secret.Error.IsLocked")


def prompt_completed(bus, client, path, dismissed, result):
    bus.emit_signal(client, path, "org.freedesktop.Secret.Prompt", "Completed", GLib.Variant("(bv)", (dismissed, result)))


def on_prompt(bus, client, path):
    action = prompts.get(path)
    if action is None:
        raise Failure("org.freedesktop.DBus.Error.UnknownObject")
    how = settings["prompt"]
    if how == "exit":
        loop.quit()
    elif how == "unlock":
        GLib.idle_add(lambda: prompt_completed(bus, client, path, False, action()) and False)
    elif how == "dismiss":
        GLib.idle_add(lambda: prompt_completed(bus, client, path, True, GLib.Variant("s", "")) and False)
    elif how == "fail":
        GLib.idle_add(lambda: prompt_completed(bus, client, path, False, GLib.Variant("ao", [])) and False)


def answer(bus, message):
    path, member = message.get_path(), message.get_member()
    body = message.get_body()
    arguments = body.unpack() if body is not None else ()
    if member == "Set" and message.get_interface() == "org.keychainauth.Fake":
        change(arguments[0])
        return None
    if member == "OpenSession":
        if arguments[0] != "plain" and int(settings["refuse_keys"]) > 0:
            settings["refuse_keys"] = str(int(settings["refuse_keys"]) - 1)
            raise Failure("org.freedesktop.DBus.Error.InvalidArgs")
        if settings["sessions"] == "none" or arguments[0] != "plain":
            raise Failure("org.freedesktop.DBus.Error.NotSupported")
        return GLib.Variant("(vo)", (GLib.Variant("s", ""), f"{PATH}/session/{next(numbers)}"))
    if member == "ReadAlias":
        return GLib.Variant("(o)", (COLLECTION if settings["default"] == "yes" and arguments[0] == "default" else "/",))
    if member == "SearchItems":
        found = matching(arguments[0])
        if path == PATH:
            locked = settings["locked"] == "yes"
            return GLib.Variant("(aoao)", ([] if locked else found, found if locked else []))
        return GLib.Variant("(ao)", (found,))
    if member == "GetSecrets":
        require_open()
        paths, session = arguments
        return GLib.Variant("(a{o(oayays)})", ({p: (session, b"", items[p]["value"], items[p]["type"]) for p in paths if p in items},))
    if member == "CreateItem":
        require_open()
        if settings["confirm"] == "yes":
            return GLib.Variant("(oo)", ("/", new_prompt(lambda: GLib.Variant("o", add_item(arguments[0], arguments[1])))))
        return GLib.Variant("(oo)", (add_item(arguments[0], arguments[1]), "/"))
    if member == "SetSecret":
        require_open()
        items[path].update(value=stored(arguments[0]), type=arguments[0][3], modified=int(time.time()))
        return None
    if member == "Delete":
        require_open()
        if path not in items:
            raise Failure("org.freedesktop.DBus.Error.UnknownObject")
        if settings["confirm"] == "yes":
            return GLib.Variant("(o)", (new_prompt(lambda: items.pop(path) and GLib.Variant("s", "")),))
        del items[path]
        return GLib.Variant("(o)", ("/",))
    if member == "Unlock":
        if settings["locked"] == "no":
            return GLib.Variant("(aoo)", (arguments[0], "/"))
        return GLib.Variant("(aoo)", ([], new_prompt(unlock)))
    if member == "Prompt":
        on_prompt(bus, message.get_sender(), path)
        return None
    if member == "Dismiss":
        prompts.pop(path, None)
        return None
    if member == "Get":
        return GLib.Variant("(v)", (properties(path)[arguments[1]],))
    if member == "GetAll":
        return GLib.Variant("(a{sv})", (properties(path),))
    if member == "Set" and arguments[1] == "Attributes":
        items[path].update(attributes=dict(arguments[2]), modified=int(time.time()))
        return None
    raise Failure("org.freedesktop.DBus.Error.UnknownMethod")


def fails(member):
    counts[member] = counts.get(member, 0) + 1
    wanted = settings["error"].split(":")
    if len(wanted) >= 2 and wanted[0] == member and counts[member] >= int((wanted + ["1"])[2]):
        raise Failure(wanted[1])


def handle(bus, message):
    member = message.get_member()
    say("called " + member)
    if member in settings["hang"].split(","):
        return
    try:
        if message.get_interface() != "org.keychainauth.Fake":
            fails(member)
        reply = Gio.DBusMessage.new_method_reply(message)
        body = answer(bus, message)
        if body is not None:
            reply.set_body(body)
    except Failure as failure:
        reply = Gio.DBusMessage.new_method_error_literal(message, str(failure), "as told")
    bus.send_message(reply, Gio.DBusSendMessageFlags.NONE)


def on_message(bus, message, incoming, _=None):
    if incoming and message.get_message_type() == Gio.DBusMessageType.METHOD_CALL and message.get_interface() != "org.freedesktop.DBus.Peer":
        GLib.idle_add(lambda: handle(bus, message) and False)
        return None
    return message


for argument in sys.argv[1:]:
    change(argument)
loop = GLib.MainLoop()
connection = Gio.bus_get_sync(Gio.BusType.SESSION)
connection.add_filter(on_message)
# Names may be taken over: ALLOW_REPLACEMENT, REPLACE_EXISTING.
Gio.bus_own_name_on_connection(connection, NAME, Gio.BusNameOwnerFlags(1 | 2), lambda *_: say("named"), lambda *_: say("unnamed"))
loop.run()
