using KeychainAuth.Plugins.Tests.VerifyLinux;
using Xunit;

[assembly: AssemblyFixture(typeof(AttackerPrograms))]
