using System.CommandLine;
using Unbrick.Cli.Commands;
using Unbrick.Cli.Terminal;

CliConsole console = new(
    Console.Out, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected,
    Console.IsOutputRedirected ? PlainText.UsualWidth : Console.WindowWidth, Color: false, Unicode: Console.OutputEncoding.CodePage == 65001);
RootCommand root = new("Brings dead routers and IoT boards back.")
{
    DevicesCommand.Create(console),
    ExplainCommand.Create(console),
    HelpTopics.Create(console),
};
return await root.Parse(args).InvokeAsync();
