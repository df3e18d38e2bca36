using System.Text;

namespace KeychainAuth.EndToEnd.Tests.Protocol.Corpus;

/// <summary>A line and the exact line that answers it. In both, <c>SERVICE</c> stands for the service of the run.</summary>
/// <param name="Name">What it is about.</param>
/// <param name="Request">The line's bytes, without its line feed.</param>
/// <param name="Answer">The answer, without its line feed.</param>
public sealed record Exchange(string Name, byte[] Request, string Answer)
{
    private const string ServicePlaceholder = "SERVICE";

    public Exchange(string name, string request, string answer)
        : this(name, Encoding.UTF8.GetBytes(request), answer)
    {
    }

    /// <summary>The line with the service put in. Bytes that are no UTF-8 stay as they are.</summary>
    public byte[] RequestIn(string service) =>
        Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(Request).Replace(ServicePlaceholder, service, StringComparison.Ordinal));

    public string AnswerIn(string service) => Answer.Replace(ServicePlaceholder, service, StringComparison.Ordinal);
}
