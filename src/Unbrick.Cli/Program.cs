using Unbrick.Cli;
using Unbrick.Cli.Terminal;

return await CommandLine.RunAsync(args, CliConsole.OfProcess(), CancellationToken.None);
