namespace Abc.VMem.Db.Structures;

/// <summary>What a repair lost of one structure.</summary>
internal sealed class RepairLoss(PageOwner owner)
{
    // Keys are told up to this many; the rest is only counted.
    private const int ToldKeys = 100;

    private readonly List<byte[]> _keys = [];
    private readonly List<string> _notes = [];

    /// <summary>The structure.</summary>
    public PageOwner Owner => owner;

    /// <summary>Items, entries or documents lost; negative when more were there than its state said.</summary>
    public long Items { get; set; }

    /// <summary>Pages lost.</summary>
    public long Pages { get; set; }

    /// <summary>Whether nothing of it is left.</summary>
    public bool IsAll { get; set; }

    /// <summary>How a key is told; null = in hexadecimal.</summary>
    public Func<byte[], string>? TellKey { get; set; }

    /// <summary>Keys of lost entries, as far as they are known, up to a bound.</summary>
    public IReadOnlyList<byte[]> Keys => _keys;

    /// <summary>What else is to be said.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Notes an entry whose key is known.</summary>
    public void AddKey(ReadOnlySpan<byte> key)
    {
        if (_keys.Count < ToldKeys)
        {
            _keys.Add(key.ToArray());
        }
    }

    /// <summary>Says something about it.</summary>
    public void AddNote(string note)
    {
        if (_notes.Count < ToldKeys && !_notes.Contains(note))
        {
            _notes.Add(note);
        }
    }
}
