using KeychainAuth.Windows.Tests.Processes;

// The tests, or one of the processes that they start.
return args is ["--role", var role, .. var rest]
    ? Roles.Run(role, rest)
    : args.Any(argument => argument is "--server" or "--internal-msbuild-node")
        ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, KeychainAuth.Windows.Tests.SelfRegisteredExtensions.AddSelfRegisteredExtensions)
        : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
