using System.Text.Json.Serialization;

namespace Unbrick.Recovery.Spi;

/// <summary>Which chip it is: the kind, and the very one where it tells.</summary>
/// <param name="Jedec">Answer to 9F, lower-case hex.</param>
/// <param name="Name">As it is called.</param>
/// <param name="Size">Bytes.</param>
/// <param name="UniqueId">Answer to 4B, lower-case hex; null on chips without one.</param>
public sealed record ChipIdentity(string Jedec, string Name, int Size, string? UniqueId)
{
    /// <summary>Whether it may be the same chip: of the same kind, and not another one for sure.</summary>
    public bool MayBe(ChipIdentity other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Jedec == other.Jedec && Size == other.Size && (UniqueId is null || other.UniqueId is null || UniqueId == other.UniqueId);
    }

    /// <summary>The name for a line: of many parts that share an id the first two, and how many there are more.</summary>
    [JsonIgnore]
    public string ShortName
    {
        get
        {
            const int most = 2;
            string[] parts = Name.Split('/');
            return parts.Length <= most + 1 ? Name : $"{string.Join('/', parts.Take(most))} or one of {parts.Length - most} alike";
        }
    }

    /// <summary>A name for its folder: <c>ef4018-d2a1…</c>.</summary>
    public string Key => UniqueId is null ? Jedec : $"{Jedec}-{UniqueId}";
}
