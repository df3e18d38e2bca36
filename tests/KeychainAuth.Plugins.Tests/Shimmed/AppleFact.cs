namespace KeychainAuth.Plugins.Tests.Shimmed;

/// <summary>Something that our code takes for granted about macOS, and the header or man page that says so.</summary>
/// <param name="Name">As Apple spells it.</param>
/// <param name="Value">A constant's value; a structure's size; 0 of a function or a variable.</param>
/// <param name="Source">Where it is documented.</param>
internal sealed record AppleFact(string Name, long Value, string Source);
