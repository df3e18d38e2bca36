using System.Runtime.Versioning;
using KeychainAuth.Tests.StoreWriter;

[assembly: SupportedOSPlatform("linux")]

// What a test cannot do to itself: be killed, and have its memory searched.
return args switch
{
    ["write", string home, string first] => await Writer.RunAsync(home, first, keys: null),
    ["write", string home, string first, string keys] => await Writer.RunAsync(home, first, keys),
    ["hold", string home, string keys] => await Holder.RunAsync(home, keys),
    _ => throw new ArgumentException("usage: write HOME FIRST [KEYS] | hold HOME KEYS"),
};
