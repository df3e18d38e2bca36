using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using KeychainAuth.Plugins.StoreKeychain;
using KeychainAuth.Plugins.TransportUds;
using KeychainAuth.Plugins.VerifyMacOS;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Plugins.Tests.Shimmed;

/// <summary>
/// tests/AppleStandIn, compiled and put in the place of Core Foundation, Security, libSystem and libbsm for the plugins.
/// What its functions say is written there. It has one state for the whole process: see <see cref="StandInGroup"/>.
/// </summary>
public sealed partial class StandIn : IDisposable
{
    private const string Library = "apple-stand-in";
    private const string LinkerOptions = "-shared -fPIC -O1 -Wall -Wextra -Werror -pthread";

    private static readonly string[] Replaced = ["libSystem", "libbsm", "CoreFoundation", "Security"];
    private static readonly Lock Gate = new();
    private static nint _library;

    private readonly TestDirectory _directory = new();

    public StandIn()
    {
        lock (Gate)
        {
            if (_library == 0)
            {
                _library = NativeLibrary.Load(Compile());
                foreach (Type plugin in (Type[])[typeof(KeychainStorePlugin), typeof(MacVerifierFactory), typeof(UdsTransportPlugin), typeof(StandIn)])
                {
                    RuntimeHelpers.RunModuleConstructor(plugin.Module.ModuleHandle);
                    NativeLibrary.SetDllImportResolver(plugin.Assembly, Resolve);
                }

                Console.WriteLine("shimmed: the macOS plugins run against tests/AppleStandIn, not against macOS");
            }
        }
    }

    public void Dispose() => _directory.Dispose();

    [LibraryImport(Library, EntryPoint = "standin_reset")]
    internal static partial void Reset();

    /// <summary>Makes the next calls of a function answer with a status; -1 times is for ever.</summary>
    [LibraryImport(Library, EntryPoint = "standin_script", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void Script(string function, int status, int times = 1);

    /// <summary>Objects that somebody still holds.</summary>
    [LibraryImport(Library, EntryPoint = "standin_live")]
    internal static partial nint Live();

    [LibraryImport(Library, EntryPoint = "standin_retains")]
    internal static partial nint Retains();

    [LibraryImport(Library, EntryPoint = "standin_releases")]
    internal static partial nint Releases();

    /// <summary>Values that were released with their content still in them.</summary>
    [LibraryImport(Library, EntryPoint = "standin_unzeroed")]
    internal static partial nint Unzeroed();

    /// <summary>What was done that must not be; empty where nothing was.</summary>
    internal static unsafe string Faults()
    {
        byte* text = stackalloc byte[256];
        int count = Faults(text, 256);
        return count == 0 ? "" : $"{count}, the first: {Marshal.PtrToStringUTF8((nint)text)}";
    }

    [LibraryImport(Library, EntryPoint = "standin_keychain")]
    internal static partial void Keychain(uint state, int entitled);

    [LibraryImport(Library, EntryPoint = "standin_may_interact")]
    internal static partial int MayInteract();

    [LibraryImport(Library, EntryPoint = "standin_item", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Item(string service, string account);

    internal static void AddItem(string service, string account, string value, string generic = "")
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        byte[] other = Encoding.UTF8.GetBytes(generic);
        AddItem(service, account, bytes, bytes.Length, other, other.Length);
    }

    /// <summary>The bytes of an item as another tool finds them.</summary>
    internal static byte[] ReadItem(string service, string account)
    {
        byte[] room = new byte[64 * 1024];
        nint length = ReadItem(service, account, room, room.Length);
        return room[..(int)length];
    }

    [LibraryImport(Library, EntryPoint = "standin_process", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void Process(int pid, int version, uint user, ulong start, string path);

    [LibraryImport(Library, EntryPoint = "standin_sign", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void Sign(int pid, byte[] cdhash, string identifier, string team, uint flags, uint state, string entitlement);

    [LibraryImport(Library, EntryPoint = "standin_meets", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void Meets(int pid, string requirement);

    [LibraryImport(Library, EntryPoint = "standin_validity")]
    internal static partial void Validity(int pid, int status);

    [LibraryImport(Library, EntryPoint = "standin_trace")]
    internal static partial void Trace(int pid, int traced);

    [LibraryImport(Library, EntryPoint = "standin_end")]
    internal static partial void End(int pid);

    [LibraryImport(Library, EntryPoint = "standin_exec")]
    internal static partial void Exec(int pid, int version);

    [LibraryImport(Library, EntryPoint = "standin_move", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void Move(int pid, string path);

    [LibraryImport(Library, EntryPoint = "standin_arguments")]
    internal static partial void Arguments(int pid, byte[] arguments, nint length);

    [LibraryImport(Library, EntryPoint = "standin_file_system", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void FileSystem(string name, uint flags);

    /// <summary>Who used every peer's socket last; 0 is whoever connected.</summary>
    [LibraryImport(Library, EntryPoint = "standin_last_user")]
    internal static partial void LastUser(int pid, int version);

    [LibraryImport(Library, EntryPoint = "standin_activation")]
    internal static partial void Activation(int error, int[] descriptors, int count);

    [LibraryImport(Library, EntryPoint = "standin_no_sigpipe")]
    internal static partial int NoSigPipe();

    [LibraryImport(Library, EntryPoint = "CFDataCreate")]
    internal static partial nint CreateData(nint allocator, byte[] bytes, nint length);

    [LibraryImport(Library, EntryPoint = "CFRelease")]
    internal static partial void Release(nint data);

    [LibraryImport(Library, EntryPoint = "CFDataGetLength")]
    internal static partial nint DataLength(nint data);

    [LibraryImport(Library, EntryPoint = "CFStringGetLength")]
    internal static partial nint StringLength(nint text);

    [LibraryImport(Library, EntryPoint = "standin_faults")]
    private static unsafe partial int Faults(byte* text, int size);

    [LibraryImport(Library, EntryPoint = "standin_add_item", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void AddItem(string service, string account, byte[] value, nint length, byte[] generic, nint genericLength);

    [LibraryImport(Library, EntryPoint = "standin_read_item", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint ReadItem(string service, string account, [Out] byte[] value, nint room);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name == Library || Array.Exists(Replaced, replaced => name.EndsWith($"/{replaced}", StringComparison.Ordinal) || name.EndsWith($"/{replaced}.dylib", StringComparison.Ordinal))
            ? _library
            : 0;

    private string Compile()
    {
        string output = Path.Combine(_directory.Path, "apple-stand-in.so");
        string[] sources = Directory.GetFiles(Path.Combine(RepositoryPaths.Root, "tests", "AppleStandIn"), "*.c");
        CommandResult result = Command.RunAsync("gcc", [.. LinkerOptions.Split(' '), "-o", output, .. sources]).GetAwaiter().GetResult();
        return result.ExitCode == 0 ? output : throw new InvalidOperationException($"tests/AppleStandIn does not compile: {result}");
    }
}
