namespace KeychainAuth.Plugins.VerifyWindows;

/// <summary>What Windows says of one process, by one handle, at one moment.</summary>
/// <param name="ProcessId">Its number.</param>
/// <param name="HasExited">Whether it has ended; the handle names it all the same.</param>
/// <param name="CreatedAt">When it was created, as a file time; with the number, this names it for ever.</param>
/// <param name="User">Its user's security identifier.</param>
/// <param name="Session">Its logon session.</param>
/// <param name="ImageName">The file it runs, as it is called now.</param>
internal sealed record ProcessFacts(uint ProcessId, bool HasExited, long CreatedAt, string User, uint Session, string ImageName);
