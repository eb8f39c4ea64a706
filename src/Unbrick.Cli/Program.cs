using System.CommandLine;

return await new RootCommand("Brings dead routers and IoT boards back.").Parse(args).InvokeAsync();
