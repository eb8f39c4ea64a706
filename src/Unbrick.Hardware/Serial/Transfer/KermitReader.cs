namespace Unbrick.Hardware.Serial.Transfer;

/// <summary>Picks Kermit packets out of what arrives; text in between is none of its business.</summary>
/// <param name="likeUBoot">
/// As U-Boot's <c>k_recv</c> (cmd/load.c) does: a mark in the middle of a packet damages it and begins none, and a packet is whole with the CR behind it.
/// </param>
internal sealed class KermitReader(bool likeUBoot = false)
{
    private readonly byte[] _packet = new byte[KermitWire.LongHeaderSize + KermitWire.Base * KermitWire.Base + 2];
    private int _have = -1;
    private int _need;

    /// <summary>Number of the packet, as soon as it is known: of a damaged one, too.</summary>
    public int Number { get; private set; }

    public char Type { get; private set; }

    public ReadOnlyMemory<byte> Data { get; private set; }

    /// <summary>It is in the middle of a packet.</summary>
    public bool IsInside => _have >= 0;

    /// <summary>Takes a byte.</summary>
    public KermitRead Take(byte one)
    {
        if (one == KermitWire.Mark)
        {
            if (likeUBoot && IsInside)
                return Drop();
            bool wasInside = _have > 0;
            (_have, _need) = (0, 0);
            return wasInside ? KermitRead.Bad : KermitRead.More;
        }
        if (_have < 0)
            return KermitRead.More;
        if (_need > 0 && _have == _need)
            return one == KermitWire.Eol ? Finish() : Drop();
        if (one < 0x20 || _have == _packet.Length)
            return Drop();
        _packet[_have++] = one;
        if (_have == 2)
            Number = KermitWire.Value(one) & 63;
        if (_have == 3 && KermitWire.Value(_packet[0]) is var length)
        {
            if (length is not 0 and (< 3 or > 94))
                return Drop();
            _need = length == 0 ? 0 : length + 1;
        }
        if (_have == 6 && _need == 0)
        {
            if (_packet[5] != KermitWire.Char(KermitWire.Check(KermitWire.Sum(_packet.AsSpan(0, 5)))))
                return Drop();
            _need = 6 + KermitWire.Value(_packet[3]) * KermitWire.Base + KermitWire.Value(_packet[4]);
            if (_need is < 7 || _need > _packet.Length)
                return Drop();
        }
        if (_need == 0 || _have < _need)
            return KermitRead.More;
        return likeUBoot && IsRight() ? KermitRead.More : Finish();
    }

    private KermitRead Drop()
    {
        _have = -1;
        return KermitRead.Bad;
    }

    private bool IsRight() => _packet[_need - 1] == KermitWire.Char(KermitWire.Check(KermitWire.Sum(_packet.AsSpan(0, _need - 1))));

    private KermitRead Finish()
    {
        bool isLong = KermitWire.Value(_packet[0]) == 0;
        int check = _need - 1;
        _have = -1;
        if (!IsRight())
            return KermitRead.Bad;
        Type = (char)_packet[2];
        Data = _packet.AsMemory(isLong ? 6 : 3, check - (isLong ? 6 : 3));
        return KermitRead.Packet;
    }
}

/// <summary>What a byte made of a Kermit packet.</summary>
internal enum KermitRead
{
    /// <summary>Nothing yet.</summary>
    More,

    /// <summary>A whole one.</summary>
    Packet,

    /// <summary>One that is damaged.</summary>
    Bad,
}
