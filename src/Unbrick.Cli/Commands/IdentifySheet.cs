using System.Collections.Immutable;
using Unbrick.Cli.Terminal;
using Unbrick.Core.Text;
using Unbrick.Formats;
using Unbrick.Formats.Identify;
using Unbrick.Recovery.Images;

namespace Unbrick.Cli.Commands;

/// <summary>What a file is, for people: a bar of what lies where, a line for each finding, its flaws in words.</summary>
internal sealed class IdentifySheet(CliConsole console)
{
    private const int MostDepth = 4, MostRows = 60, MostDevices = 3, FormatColumn = 20, BarWidth = 64;

    private readonly int _width = PlainText.Columns(console.Width);
    private int _rows;

    public void Write(string path, Identification file, ImmutableArray<DeviceGuess> devices)
    {
        console.Out.WriteLine($"{SafeText.Show(path, 255)}  {ByteText.Exact(file.Size)}");
        PlainText.Write(console.Out, "  ", IdentifyWords.Sentence(file.Kind), 2, _width);
        console.Out.WriteLine($"  sha256 {file.Sha256}");
        WriteBar(file);
        WriteTiles(file.Findings, 0);
        for (Identification? inner = file.Inner; inner is not null; inner = inner.Inner)
        {
            console.Out.WriteLine($"  in it: {SafeText.Show(inner.Name, 200)}  {ByteText.Exact(inner.Size)}");
            WriteTiles(inner.Findings, 0);
        }
        foreach (DeviceGuess device in devices.Take(MostDevices))
        {
            string evidence = device.Evidence.IsEmpty ? "" : $": {device.Evidence[0]}";
            PlainText.Write(console.Out, "  device ", $"{device.Id} ({device.Confidence:0 %}){evidence}", 9, _width);
        }
        if (devices is [{ SameAs.IsEmpty: false } tied, ..])
            PlainText.Write(console.Out, "", tied.Evidence[^1], 9, _width);
        string[] next = [.. IdentifyWords.Next(file, path, devices)];
        for (int i = 0; i < next.Length; i++)
            console.Out.WriteLine($"{(i == 0 ? "  next   " : "         ")}unbrick {next[i]}");
    }

    private void WriteBar(Identification file)
    {
        if (file.Findings.Length < 2)
            return;
        int cells = Math.Min(BarWidth, _width - 4);
        char[] bar = new char[cells];
        for (int i = 0; i < cells; i++)
        {
            long from = file.Size * i / cells, to = Math.Max(from + 1, file.Size * (i + 1) / cells);
            Finding most = file.Findings.MaxBy(tile => Weight(tile, from, to))!;
            bar[i] = Mark(most);
        }
        console.Out.WriteLine($"  [{new string(bar)}]");
        string legend = console.Unicode ? "█ whole  ▓ recognised  × damaged  ░ unknown  · filling" : "# whole  + recognised  x damaged  ? unknown  . filling";
        console.Out.WriteLine($"   {legend}");
    }

    /// <summary>What is damaged is shown even where it is small: that is what one looks for.</summary>
    private static long Weight(Finding tile, long from, long to)
    {
        long shared = Math.Min(tile.End, to) - Math.Max(tile.Offset, from);
        return shared <= 0 ? -1 : tile.Verdict == Verdict.Bad ? shared * 1024 : Identification.IsKnown(tile) ? shared * 4 : shared;
    }

    private char Mark(Finding tile) => (tile.Format, tile.Verdict) switch
    {
        (ImageScan.Padding, _) => console.Unicode ? '·' : '.',
        (ImageScan.Unknown, _) => console.Unicode ? '░' : '?',
        (_, Verdict.Bad) => console.Unicode ? '×' : 'x',
        (_, Verdict.Unchecked) => console.Unicode ? '▓' : '+',
        _ => console.Unicode ? '█' : '#',
    };

    /// <summary>A row for the volume, then what is in it; each where it begins in the file.</summary>
    private void WriteVolume(Volume volume, int depth)
    {
        if (_rows++ >= MostRows)
            return;
        int begin = volume.Pieces.IsEmpty ? 0 : volume.Pieces[0].At;
        string label = Label(begin, volume.Length, volume.Proven ? Whole : "-", depth);
        string text = $"volume {volume.Name}, in {volume.Pieces.Length:N0} pieces{(volume.Inside.IsEmpty ? ": not looked into" : "")}";
        PlainText.Write(console.Out, label, text, label.Length, _width);
        if (depth < MostDepth)
            WriteTiles(volume.Inside, depth + 1, volume);
    }

    private string Whole => console.Unicode ? "✓" : "ok";

    private string Label(int at, int length, string mark, int depth) =>
        $"  0x{at:x7}  {ByteText.Short(length),9}  {mark.PadRight(console.Unicode ? 1 : 3)} {new string(' ', depth * 2)}";

    private void WriteTiles(ImmutableArray<Finding> tiles, int depth, Volume? volume = null)
    {
        foreach (Finding tile in tiles)
        {
            if (depth > 0 && !Identification.IsKnown(tile) && tiles.Length > 1)
                continue; // what fills a container is no news
            if (_rows++ == MostRows)
                PlainText.Write(console.Out, "  ", "… more: --json has all of it", 2, _width);
            if (_rows > MostRows)
                return;
            string mark = tile.Verdict switch
            {
                Verdict.Bad => console.Unicode ? "✗" : "BAD",
                Verdict.Ok => Whole,
                _ => "-",
            };
            string name = tile.Format + (tile.Variant is string variant ? $"/{variant}" : "");
            string label = Label(Math.Max(0, volume?.PlaceOf(tile.Offset) ?? tile.Offset), tile.Length, mark, depth);
            string text = $"{name.PadRight(FormatColumn - (depth * 2))} {IdentifyWords.Facts(tile)}".TrimEnd();
            PlainText.Write(console.Out, label, text, label.Length, _width);
            foreach (Flaw flaw in tile.Flaws)
                PlainText.Write(console.Out, new string(' ', label.Length), $"{flaw.Code}: {flaw.Seen}", label.Length, _width);
            if (depth < MostDepth)
                WriteTiles(tile.Inside, depth + 1, volume);
            foreach (Volume inPieces in tile.Volumes)
                WriteVolume(inPieces, depth + 1);
        }
    }
}
