namespace KeychainAuth.Core.Executables;

/// <summary>What the content of an executable gives away about the runtime inside it.</summary>
[Flags]
internal enum ContentMarks
{
    None = 0,

    /// <summary>A .NET host whose application is in .dll files beside it.</summary>
    DotNetAppHost = 1,

    /// <summary>A .NET program in one file.</summary>
    DotNetBundle = 2,

    /// <summary>node, ready to run any script.</summary>
    Node = 4,

    /// <summary>node with one application inside (a single executable application).</summary>
    NodeApplication = 8,
}
