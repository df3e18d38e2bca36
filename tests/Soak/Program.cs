using KeychainAuth.Soak;

SoakOptions options;
try
{
    options = SoakOptions.Parse(args);
}
catch (FormatException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}

var run = new SoakRun(options);
await run.RunAsync();
string report = SoakReport.Write(run);
Directory.CreateDirectory(Path.GetDirectoryName(options.Report)!);
await File.WriteAllTextAsync(options.Report, report);
Console.Write(report);
return run.Verdicts.All(v => v.IsGood) ? 0 : 1;
