using KeychainAuth.Benchmarks.Comparison;
using KeychainAuth.Benchmarks.Comparison.Parts;
using KeychainAuth.Benchmarks.Comparison.Report;
using KeychainAuth.Tests.Support;

IPart[] parts = [new LatencyPart(), new HashingPart(), new CrowdPart(), new StorePart(), new StartPart(), new CommandPart(), new SecretServicePart()];
BenchOptions options;
try
{
    options = BenchOptions.Parse(args);
}
catch (FormatException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}

Directory.CreateDirectory(options.Output);
MachineFacts machine = MachineFacts.Read(options);
var recorder = new Recorder();
using (var place = new TestDirectory())
{
    string clients = options.Clients ?? place.Path;
    Directory.CreateDirectory(clients);
    await using EchoFloor floor = await EchoFloor.StartAsync(options.Native, place.Path);
    NativeClient small = await NativeClient.CompileAsync(Path.Combine(options.Native, "measure.c"), Path.Combine(clients, "measure-0"));
    await using var daemon = new BenchDaemon(options.Tree, place.Path);
    await daemon.StartAsync();
    await daemon.RegisterAsync(small);
    await small.RunAsync(NativeClient.Write([BenchContext.Target], "a value of some length"), NativeClient.Answer, [], "kept", daemon.Socket, "1");

    // A file that was changed less than two seconds ago is read again each time.
    await Task.Delay(TimeSpan.FromSeconds(2.5));
    var context = new BenchContext(options, recorder, daemon, floor, small, place.Path);
    foreach (IPart part in parts.Where(part => options.Includes(part.Name)))
    {
        Console.Error.WriteLine($"bench: {part.Name}");
        await part.RunAsync(context);
    }
}

string table = MarkdownTable.Write(machine, recorder);
ResultFile.Write(Path.Combine(options.Output, "results.json"), machine, recorder);
File.WriteAllText(Path.Combine(options.Output, "table.md"), table);
if (options.Includes("latency"))
{
    File.WriteAllText(Path.Combine(options.Output, "latency.svg"), Picture.Draw(recorder));
}

Console.Write(table);
return 0;
