using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using static Interop;

namespace KeychainAuth.Plugins.TransportUds;

/// <content>Taking open files, for the one kind of peer that is asked for them.</content>
internal sealed partial class UdsConnection
{
    private const int MostDescriptors = 8;

    public async ValueTask<DescriptorReceiveResult> ReceiveWithDescriptorsAsync(
        Memory<byte> buffer, int maxDescriptors, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxDescriptors, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxDescriptors, MostDescriptors);
        if (buffer.IsEmpty)
        {
            throw new ArgumentException("An empty buffer cannot tell a read from the end of the stream.", nameof(buffer));
        }

        if (_peers is not IDescriptorReader reader)
        {
            throw new TransportException(TransportError.Failed, "Open files are not taken from peers on this system.");
        }

        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryReceive(reader, buffer.Span, maxDescriptors, out DescriptorReceiveResult result))
            {
                return result;
            }

            await WaitUntilReadableAsync(cancellationToken);
        }
    }

    /// <returns>False when there is nothing to read yet.</returns>
    private bool TryReceive(IDescriptorReader reader, Span<byte> buffer, int maxDescriptors, out DescriptorReceiveResult result)
    {
        int count;
        int error;
        Sender sender;
        SafeHandle[] descriptors;
        bool wereMore;
        try
        {
            lock (_reading)
            {
                count = reader.ReceiveWithDescriptors(_handle, buffer, maxDescriptors, out sender, out descriptors, out wereMore);
                error = Marshal.GetLastPInvokeError();
            }
        }
        catch (ObjectDisposedException)
        {
            throw Ended();
        }

        result = new DescriptorReceiveResult(count > 0 ? new ReceiveResult(count, sender) : default, descriptors, wereMore);
        if (count == 0)
        {
            _endSeen = true;
            _ended.Cancel();
        }

        return count >= 0 || (error == Errno.EAGAIN ? false : throw Broken(error));
    }
}
