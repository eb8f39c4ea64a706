using System.Globalization;
using Unbrick.Lines;

// dotnet run -c Release --project bench/Unbrick.Lines -- --texts DIR [--lines N] [--wirings N] [--seed S] [--flips P] [--clock P] [--all-texts] [--misses]
// DIR has boot logs as *.txt; every third (by name) was held back from data/lines/text-model.json, and only those are used without --all-texts.
string texts = Text("--texts", "samples/bootlogs");
LineBench bench = new(texts, args.Contains("--all-texts"), (int)Number("--seed", 1), args.Contains("--misses"));
bench.Rates((int)Number("--lines", 1000), Number("--flips", 0.001), Number("--clock", 0.02));
bench.Wirings((int)Number("--wirings", 100));
return 0;

string Text(string name, string otherwise) => Array.IndexOf(args, name) is >= 0 and int at && at + 1 < args.Length ? args[at + 1] : otherwise;

double Number(string name, double otherwise) => double.Parse(Text(name, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
