namespace Abc.VMem.Db.Tests.Support;

/// <summary>What one call changed and the disk may still lose.</summary>
internal abstract class SimulatedEffect
{
    /// <summary>Pieces that survive a power loss or not, each on its own.</summary>
    public abstract int PieceCount { get; }

    /// <summary>What a piece is.</summary>
    public abstract SimulatedPiece KindOf(int piece);

    /// <summary>The same effect on the files of another disk.</summary>
    public abstract SimulatedEffect On(Func<SimulatedFile, SimulatedFile> files);
}

/// <summary>What a piece of an effect is.</summary>
internal enum SimulatedPiece
{
    /// <summary>An entry of the directory.</summary>
    Name,

    /// <summary>The length of a file.</summary>
    Length,

    /// <summary>Bytes within one sector.</summary>
    Sector,
}

/// <summary>A creation, renaming or deletion: all its entries change together.</summary>
internal sealed class NameEffect(string directory, params (string Path, SimulatedFile? File)[] bindings)
    : SimulatedEffect
{
    /// <summary>The directory whose synchronization makes it durable.</summary>
    public string Directory => directory;

    /// <summary>Paths and what they name from then on; null = nothing.</summary>
    public IReadOnlyList<(string Path, SimulatedFile? File)> Bindings => bindings;

    public override int PieceCount => 1;

    public override SimulatedPiece KindOf(int piece) => SimulatedPiece.Name;

    public override SimulatedEffect On(Func<SimulatedFile, SimulatedFile> files) => new NameEffect(
        directory, [.. bindings.Select(binding => (binding.Path, binding.File is { } file ? files(file) : null))]);
}

/// <summary>A write, or a new length (then without bytes). The length, when it changes, is the first piece.</summary>
internal sealed class DataEffect(SimulatedFile file, long offset, byte[] bytes, long? newLength, bool cuts)
    : SimulatedEffect
{
    /// <summary>The unit that a disk writes as a whole, or tears.</summary>
    public const int SectorBytes = 512;

    public SimulatedFile File => file;

    private int LengthPieces => newLength is null ? 0 : 1;

    private int SectorPieces => bytes.Length == 0
        ? 0
        : (int)(((offset + bytes.Length - 1) / SectorBytes) - (offset / SectorBytes) + 1);

    public override int PieceCount => LengthPieces + SectorPieces;

    public override SimulatedPiece KindOf(int piece) =>
        piece < LengthPieces ? SimulatedPiece.Length : SimulatedPiece.Sector;

    public override SimulatedEffect On(Func<SimulatedFile, SimulatedFile> files) =>
        new DataEffect(files(file), offset, bytes, newLength, cuts);

    /// <summary>Carries out one piece; with <paramref name="garbage"/> the sector ends with that instead.</summary>
    /// <remarks>A sector that is written with the bytes it has can't be torn: old and new are the same.</remarks>
    public void Apply(int piece, SimulatedContent content, byte[]? garbage = null)
    {
        if (piece < LengthPieces)
        {
            content.SetLength(newLength!.Value, cuts);
            return;
        }

        var sector = ((offset / SectorBytes) + piece - LengthPieces) * SectorBytes;
        var from = Math.Max(offset, sector);
        var to = Math.Min(offset + bytes.Length, sector + SectorBytes);
        var source = bytes.AsSpan((int)(from - offset), (int)(to - from));
        var isSame = garbage is not null && IsAt(content, source, from);
        content.Write(source, from);
        if (garbage is not null && !isSame)
        {
            content.Write(garbage, sector + SectorBytes - garbage.Length);
        }
    }

    private static bool IsAt(SimulatedContent content, ReadOnlySpan<byte> expected, long at)
    {
        var found = new byte[expected.Length];
        return content.Read(found, at) == found.Length && expected.SequenceEqual(found);
    }

    /// <summary>Carries out everything, as programs see it.</summary>
    public void ApplyVisibly()
    {
        // A write below the visible length may lengthen what the disk will have; it never shortens what programs see.
        var length = file.Visible.Length;
        Apply(file.Visible);
        file.PendingLength = newLength ?? file.PendingLength;
        if (bytes.Length > 0 && file.Visible.Length < length)
        {
            file.Visible.SetLength(length, cut: false);
        }
    }

    /// <summary>Carries out everything.</summary>
    public void Apply(SimulatedContent content)
    {
        if (newLength is { } length)
        {
            content.SetLength(length, cuts);
        }

        content.Write(bytes, offset);
    }
}

/// <summary>A file, whatever its names: what is on the disk, and what programs see.</summary>
internal sealed class SimulatedFile
{
    /// <summary>On the disk for good.</summary>
    public SimulatedContent Durable { get; init; } = new();

    /// <summary>What a read returns.</summary>
    public SimulatedContent Visible { get; set; } = new();

    /// <summary>
    /// The length that the disk will have when all that is pending is on it: less than what programs see once a failed
    /// flush has lost a part.
    /// </summary>
    public long PendingLength { get; set; }

    /// <summary>Handles that only read.</summary>
    public int ReaderCount { get; set; }

    /// <summary>Whether a handle that may write is open, which allows no other one.</summary>
    public bool IsExclusive { get; set; }

    /// <summary>Before each byte is written, what it was; only while a stale read is to come.</summary>
    private SimulatedContent? _stale;

    /// <summary>Remembers what a write is about to replace.</summary>
    public void KeepStale(long offset, int count)
    {
        _stale ??= Visible.Copy();
        var bytes = new byte[count];
        Visible.Read(bytes, offset);
        _stale.Write(bytes, offset);
        _stale.SetLength(Math.Max(_stale.Length, offset + count), cut: false);
    }

    /// <summary>Replaces what was read by what was there before; returns whether that is something else.</summary>
    public bool ReadStale(Span<byte> destination, long offset)
    {
        var bytes = new byte[destination.Length];
        if (_stale is null || _stale.Read(bytes, offset) == 0 || destination.SequenceEqual(bytes))
        {
            return false;
        }

        bytes.CopyTo(destination);
        return true;
    }

    /// <summary>The same file on another disk, not open.</summary>
    public SimulatedFile Copy() =>
        new() { Durable = Durable.Copy(), Visible = Visible.Copy(), PendingLength = PendingLength };
}
