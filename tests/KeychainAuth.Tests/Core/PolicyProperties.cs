using FsCheck.Xunit;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Policy;
using KeychainAuth.Core.Protocol;

namespace KeychainAuth.Tests.Core;

/// <summary>Less permission never grants more, whatever the request.</summary>
public sealed class PolicyProperties
{
    private static readonly DateTimeOffset Now = new(2026, 5, 21, 12, 0, 0, TimeSpan.Zero);

    // Few and short names, so that random policies and requests meet.
    private static readonly string[] Services = ["a", "b", "c"];
    private static readonly string[] Targets = ["x", "xy", "y", "z"];
    private static readonly string[] Patterns = ["*", "x*", "y", "z"];

    [Property(MaxTest = 2000)]
    public bool Evaluate_AnythingTakenAway_NeverAllowsMore(int policy, int request, int removal)
    {
        var random = new Random(policy);
        BinaryEntry full = Entry(random);
        BinaryEntry less = Entry(new Random(policy));
        TakeAway(less, removal);
        using RequestMessage message = Request(new Random(request));
        return !PolicyEvaluator.Evaluate(less, message, Now).IsAllowed || PolicyEvaluator.Evaluate(full, message, Now).IsAllowed;
    }

    [Property(MaxTest = 500)]
    public bool Evaluate_EmptyEntry_AllowsOnlyCheck(int request)
    {
        using RequestMessage message = Request(new Random(request));
        return PolicyEvaluator.Evaluate(new BinaryEntry(), message, Now).IsAllowed == (message.Action == RequestAction.Check);
    }

    private static void TakeAway(BinaryEntry entry, int what)
    {
        switch ((what & int.MaxValue) % 5)
        {
            case 0 when entry.AllowedReadServices.Count > 0:
                entry.AllowedReadServices.RemoveAt(0);
                break;
            case 1 when entry.AllowedWriteServices.Count > 0:
                entry.AllowedWriteServices.RemoveAt(0);
                break;
            case 2:
                entry.CanSearch = false;
                break;
            case 3 when entry.AllowedTargets?.Values.FirstOrDefault() is { Count: > 0 } patterns:
                patterns.RemoveAt(0);
                break;
            default:
                entry.ExpiresAt = Now.AddSeconds(-1);
                break;
        }
    }

    private static BinaryEntry Entry(Random random) => new()
    {
        AllowedReadServices = [.. Services.Where(_ => random.Next(2) == 0)],
        AllowedWriteServices = [.. Services.Where(_ => random.Next(2) == 0)],
        CanSearch = random.Next(2) == 0,
        AllowedTargets = random.Next(2) == 0
            ? null
            : Services.Where(_ => random.Next(2) == 0).ToDictionary(s => s, _ => Patterns.Where(_ => random.Next(2) == 0).ToList()),
        ExpiresAt = random.Next(3) == 0 ? Now.AddSeconds(random.Next(-10, 10)) : null,
    };

    private static RequestMessage Request(Random random)
    {
        RequestAction action = Enum.GetValues<RequestAction>()[random.Next(5)];
        return new RequestMessage
        {
            Action = action,
            Service = Services[random.Next(Services.Length)],
            IsPrefix = random.Next(2) == 0,
            Targets = [.. Targets.Where(_ => random.Next(2) == 0)],
        };
    }
}
