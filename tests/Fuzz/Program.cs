using KeychainAuth.Fuzz;
using KeychainAuth.Fuzz.Targets;
using SharpFuzz;

const string Usage = """
    usage: keychain-auth-fuzz list
           keychain-auth-fuzz instrument ASSEMBLY...
           keychain-auth-fuzz replay TARGET FILE...
           keychain-auth-fuzz run TARGET DRIVER ARTIFACTS [LIBFUZZER-ARGUMENT...]
    """;
switch (args)
{
    case ["list"]:
        foreach (IFuzzTarget target in FuzzTargets.All)
        {
            Console.WriteLine(target.Name);
        }

        return 0;
    case ["instrument", .. string[] assemblies]:
        foreach (string assembly in assemblies)
        {
            Console.WriteLine($"{Path.GetFileName(assembly)}: {Fuzzer.Instrument(assembly, _ => true, Options.Value).Count()} types");
        }

        return 0;
    case ["replay", string name, .. string[] files]:
        Driver.CountNowhere();
        foreach (string file in files)
        {
            FuzzTargets.Find(name).Run(File.ReadAllBytes(file));
        }

        return 0;
    case ["run", string name, string driver, string artifacts, .. string[] arguments]:
        Driver.CountNowhere();
        return Driver.Run(FuzzTargets.Find(name), driver, artifacts, arguments);
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}
