"""Uses `keychain-auth key` as a person at a terminal, and says what that person saw. Runs as root, in a mount namespace
whose /etc and /var/lib are thrown away. Arguments: the program, a directory for exports."""
import os
import pty
import select
import signal
import subprocess
import sys
import termios

PROGRAM, PLACE = sys.argv[1:]
signal.signal(signal.SIGINT, signal.default_int_handler)  # children would inherit that it is ignored
PASSPHRASE = "correct horse battery staple"
DEADLINE = 60


def echo(terminal):
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)


def session(arguments, turns):
    """Answers prompts. Returns the exit status, all that was shown, and whether the terminal echoed at each prompt."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(PROGRAM, [PROGRAM, "key", *arguments], {"PATH": "/usr/bin:/bin", "HOME": "/root"})
    shown, echoes, left = "", [], list(turns)
    while True:
        if not select.select([terminal], [], [], DEADLINE)[0]:
            os.kill(pid, signal.SIGKILL)
            sys.exit(f"nothing more after: {shown!r}")
        try:
            part = os.read(terminal, 4096)
        except OSError:
            break
        if not part:
            break
        shown += part.decode()
        if left and shown.endswith(left[0][0]):
            echoes.append(echo(terminal))
            os.write(terminal, left.pop(0)[1].encode())
    status = os.waitpid(pid, 0)[1]
    return status, shown, echoes


def say(what, status, shown, echoes):
    code = f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"exit {os.WEXITSTATUS(status)}"
    print(f"{what}: {code}, prompts {len(echoes)}, echoed {sum(echoes)}, passphrase shown {shown.count(PASSPHRASE)}")
    return shown


FIRST, AGAIN, OPEN = "Passphrase for the export: ", "Once more: ", "Passphrase of the export: "
subprocess.run([PROGRAM, "key", "init", "--with-key", "none"], check=True, stdout=subprocess.DEVNULL)
good = os.path.join(PLACE, "good")
say("export", *session(["export", good], [(FIRST, PASSPHRASE + "\n"), (AGAIN, PASSPHRASE + "\n")]))
say("differing", *session(["export", os.path.join(PLACE, "differing")], [(FIRST, PASSPHRASE + "\n"), (AGAIN, PASSPHRASE + "!\n")]))
say("short", *session(["export", os.path.join(PLACE, "short")], [(FIRST, "short\n")]))
say("given up", *session(["export", os.path.join(PLACE, "given-up")], [(FIRST, "\x03")]))
say("wrong", *session(["import", good], [(OPEN, "another passphrase\n")]))
shown = say("import", *session(["import", good], [(OPEN, PASSPHRASE + "\n")]))
print("in use already" if "in use here already" in shown else shown)
print("files:", *sorted(os.listdir(PLACE)))

# Without a terminal there is nobody to ask, and it says so instead of waiting.
alone = subprocess.run(
    [PROGRAM, "key", "export", os.path.join(PLACE, "alone")],
    stdin=subprocess.DEVNULL, capture_output=True, text=True, start_new_session=True, timeout=DEADLINE)
print("without a terminal:", alone.returncode, "--passphrase-fd" in alone.stderr)

# The terminal that a person gives up on must echo again.
leader, follower = pty.openpty()
child = subprocess.Popen(
    ["setsid", "--ctty", PROGRAM, "key", "export", os.path.join(PLACE, "given-up")],
    stdin=follower, stdout=follower, stderr=follower)
seen = b""
while not seen.endswith(FIRST.encode()):
    seen += os.read(leader, 4096)
os.write(leader, b"\x03")
child.wait(DEADLINE)
print("after giving up, the terminal echoes:", echo(follower))
