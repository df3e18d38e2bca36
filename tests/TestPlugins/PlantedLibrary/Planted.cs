namespace PlantedLibrary;

/// <summary>Code that no check of the plugin's folder has seen.</summary>
public static class Planted
{
    /// <summary>Proof that it ran.</summary>
    public static string Run() => "planted code ran";
}
