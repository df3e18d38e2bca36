using KeychainAuth.Daemon.Admin;
using KeychainAuth.Plugin;

namespace KeychainAuth.Tests.Daemon.Admin;

/// <summary>What is decided before polkit is asked; the rest is tested with the real one, end to end.</summary>
public sealed class PolkitAuthorityTests
{
    /// <summary>What is cut off the end of a question is granted with the rest of it.</summary>
    [Theory]
    [InlineData('x', 2001)]
    [InlineData('\u202e', 300)]
    public async Task FindRefusalAsync_ChangeTooLongToBeRead_IsRefusedRatherThanCut(char character, int length)
    {
        using var peer = new PeerCredentials { ProcessId = Environment.ProcessId, UserId = 1000 };
        string? refusal = await new PolkitAuthority(TimeProvider.System).FindRefusalAsync(
            peer, AuthorityAction.ChangeOwnPolicy, new string(character, length), TestContext.Current.CancellationToken);
        Assert.StartsWith("The change is too long to be shown", refusal, StringComparison.Ordinal);
    }
}
