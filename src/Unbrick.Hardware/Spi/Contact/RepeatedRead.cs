using System.Collections.Immutable;

namespace Unbrick.Hardware.Spi.Contact;

/// <summary>The answers to one question that was asked several times.</summary>
/// <param name="Address">Where in the array or table; 0 for an id.</param>
/// <param name="Answers">All of the same length, at least one.</param>
public sealed record RepeatedRead(int Address, ImmutableArray<ImmutableArray<byte>> Answers)
{
    private byte[]? _usual;

    /// <summary>What most answers say, byte by byte; with as many for as against, the earlier one.</summary>
    public ReadOnlySpan<byte> Usual => _usual ??= Most();

    /// <summary>All answers are equal.</summary>
    public bool IsSteady => Answers.All(a => a.AsSpan().SequenceEqual(Answers[0].AsSpan()));

    /// <summary>Answers that are equal to <see cref="Usual"/>.</summary>
    public int Right
    {
        get
        {
            int right = 0;
            foreach (ImmutableArray<byte> answer in Answers)
                right += answer.AsSpan().SequenceEqual(Usual) ? 1 : 0;
            return right;
        }
    }

    /// <summary>Bytes of all answers, and those that are not as usual.</summary>
    public ReadErrors Errors
    {
        get
        {
            long wrong = 0;
            foreach (ImmutableArray<byte> answer in Answers)
                wrong += Differing(answer.AsSpan(), Usual);
            return new((long)Answers.Length * Usual.Length, wrong);
        }
    }

    internal static int Differing(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        int count = 0;
        for (int i = 0; i < one.Length; i++)
            count += one[i] != other[i] ? 1 : 0;
        return count;
    }

    private byte[] Most()
    {
        byte[] usual = [.. Answers[0]];
        if (IsSteady)
            return usual;
        Span<int> counts = stackalloc int[256];
        for (int i = 0; i < usual.Length; i++)
        {
            counts.Clear();
            foreach (ImmutableArray<byte> answer in Answers)
                counts[answer[i]]++;
            foreach (ImmutableArray<byte> answer in Answers)
            {
                if (counts[answer[i]] > counts[usual[i]])
                    usual[i] = answer[i];
            }
        }
        return usual;
    }
}
