#!/usr/bin/python3
"""A polkit authentication agent that types a password, for the process that is its parent and as long as that lives.

usage: polkit-agent.py PASSWORD LOG
Says "registered" on its output, and writes every question and its outcome to LOG.
"""
import os
import subprocess
import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

HELPER = "/usr/lib/polkit-1/polkit-agent-helper-1"
PATH = "/org/keychain_auth/tests/Agent"
PASSWORD, LOG = sys.argv[1], open(sys.argv[2], "a", buffering=1)


class Agent(dbus.service.Object):
    @dbus.service.method("org.freedesktop.PolicyKit1.AuthenticationAgent", in_signature="sssa{ss}sa(sa{sv})")
    def BeginAuthentication(self, action, message, icon, details, cookie, identities):
        print(f"asked {action}: {message}", file=LOG)
        uid = str(int(identities[0][1]["uid"]))
        user = subprocess.run(["id", "-un", uid], capture_output=True, text=True, check=True).stdout.strip()
        with subprocess.Popen([HELPER, user], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as helper:
            print(cookie, file=helper.stdin, flush=True)
            for line in helper.stdout:
                if line.startswith("PAM_PROMPT"):
                    print(PASSWORD, file=helper.stdin, flush=True)
                elif line.startswith(("SUCCESS", "FAILURE")):
                    print(f"{line.strip()} as {user}", file=LOG)
                    break

    @dbus.service.method("org.freedesktop.PolicyKit1.AuthenticationAgent", in_signature="s")
    def CancelAuthentication(self, cookie):
        print("cancelled", file=LOG)


parent = os.getppid()


def quit_with_parent():
    if os.getppid() != parent:
        loop.quit()
    return True


dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SystemBus()
agent = Agent(bus, PATH)
with open(f"/proc/{parent}/stat") as stat:
    start = int(stat.read().rsplit(")", 1)[1].split()[19])
authority = dbus.Interface(
    bus.get_object("org.freedesktop.PolicyKit1", "/org/freedesktop/PolicyKit1/Authority"), "org.freedesktop.PolicyKit1.Authority")
authority.RegisterAuthenticationAgent(
    ("unix-process", {"pid": dbus.UInt32(parent), "start-time": dbus.UInt64(start)}), "C", PATH)
loop = GLib.MainLoop()
GLib.timeout_add(200, quit_with_parent)
print("registered", flush=True)
sys.stdout.close()
loop.run()
