namespace KeychainAuth.Core.Policy;

/// <summary>Patterns of <c>allowed_targets</c>: <c>*</c> matches any run of characters, everything else itself.</summary>
internal static class TargetPattern
{
    /// <summary>Whether a target fits, ordinally. Runs in time proportional to the product of the lengths at worst.</summary>
    internal static bool IsMatch(ReadOnlySpan<char> pattern, ReadOnlySpan<char> target)
    {
        int p = 0;
        int t = 0;
        int starAt = -1;
        int resumeAt = 0;
        while (t < target.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                starAt = p++;
                resumeAt = t;
            }
            else if (p < pattern.Length && pattern[p] == target[t])
            {
                p++;
                t++;
            }
            else if (starAt >= 0)
            {
                p = starAt + 1;
                t = ++resumeAt;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].IndexOfAnyExcept('*') < 0;
    }
}
