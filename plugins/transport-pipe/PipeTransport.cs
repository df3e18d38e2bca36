using System.Runtime.Versioning;
using System.Security.Principal;
using KeychainAuth.Plugin;
using KeychainAuth.Windows;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Plugins.TransportPipe;

/// <summary>Named pipes. Takes over no pipe that somebody has, dead or alive: a pipe without a server does not exist.</summary>
[SupportedOSPlatform("windows")]
internal sealed class PipeTransport(PipeSettings settings, TimeProvider time, IPluginLog log) : ITransport
{
    public ValueTask<ITransportListener> BindAsync(string address, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        cancellationToken.ThrowIfCancellationRequested();
        string name = PipeAddress.NameOf(address)
            ?? throw new TransportException(TransportError.InvalidAddress, PipeAddress.Fault(address));
        Sid user = CurrentUser();

        // Orders daemons that start at once: the second finds the object, and not half a pipe. It is held while the
        // listener lives, and goes when the process does.
        var claim = new Mutex(initiallyOwned: false, $@"Local\keychain-auth.pipe.{name.ToLowerInvariant()}", out bool isOurs);
        try
        {
            if (!isOurs)
            {
                throw PipeInstance.InUse(address);
            }

            SafePipeHandle first = PipeInstance.CreateFirst(address, user);
            return ValueTask.FromResult<ITransportListener>(new PipeListener(address, user, first, claim, settings, time, log));
        }
        catch
        {
            claim.Dispose();
            throw;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Sid CurrentUser()
    {
        using WindowsIdentity identity = WindowsIdentity.GetCurrent();
        return Sid.Parse(identity.User?.Value ?? throw new TransportException(TransportError.Failed, "This process's token names no user."));
    }
}
