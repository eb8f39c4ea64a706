using System.Globalization;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Recovery.BootLogs;

namespace Unbrick.Recovery.Lines;

/// <summary>The reader of boot logs beside a live console: it looks again whenever lines have come, twice a second at most.</summary>
public sealed class BootConsoleReader : IConsoleReader
{
    private const int MostSeen = 3;

    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<string, string> _told = new(StringComparer.Ordinal);
    private TimeSpan _now, _looked = TimeSpan.MinValue;
    private bool _hasNew;

    /// <summary>All that it knows.</summary>
    public BootReader Reader { get; } = new();

    /// <inheritdoc/>
    public void Take(ReadOnlySpan<byte> bytes, TimeSpan now)
    {
        Reader.Take(bytes, now);
        (_now, _hasNew) = (now, _hasNew || bytes.Contains((byte)'\n'));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> News()
    {
        if (!_hasNew || (_looked != TimeSpan.MinValue && _now - _looked < s_between))
            return [];
        (_looked, _hasNew) = (_now, false);
        List<string> news = [];
        foreach ((string name, object value) in Reader.Judge(_now).Facts)
        {
            string text = value switch
            {
                long size when name.EndsWith("size", StringComparison.Ordinal) => ByteText.Exact(size),
                long number => string.Create(CultureInfo.InvariantCulture, $"0x{number:x}"),
                _ => SafeText.Show(value.ToString()),
            };
            if (_told.GetValueOrDefault(name) == text)
                continue;
            _told[name] = text;
            news.Add($"{name} {text}");
        }
        return news;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Diagnose(TimeSpan now)
    {
        BootVerdict verdict = Reader.Judge(now);
        Problem problem = BootAdvice.Of(verdict);
        return
        [
            string.Create(CultureInfo.InvariantCulture, $"{verdict.Cause}: {problem.Title} ({verdict.Confidence * 100:0} % sure)"),
            .. verdict.Evidence.Take(MostSeen).Select(told => $"  seen   {told.Text.Trim()} = {told.Says}"),
            $"  means  {problem.Means}",
            .. problem.Try.Select(step => $"  try    {step}"),
        ];
    }
}
