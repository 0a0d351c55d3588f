namespace Abc.VMem.Db.Tests.Support;

/// <summary>What a power loss, or the death of the process, leaves behind.</summary>
internal sealed partial class SimulatedFileSystem
{
    /// <summary>
    /// The disk after a power loss at this moment, nothing open, nothing pending. This file system stays as it is.
    /// </summary>
    public SimulatedFileSystem Crash(CrashPolicy policy, int seed)
    {
        lock (_lock)
        {
            var chosen = CrashPolicies.Choose(policy, _pending, new Random(seed), out var torn);
            var garbage = new byte[1 + new Random(seed).Next(DataEffect.SectorBytes)];
            new Random(~seed).NextBytes(garbage);
            var contents = new Dictionary<SimulatedFile, SimulatedContent>();
            var names = new Dictionary<string, SimulatedFile>(_durableNames, StringComparer.Ordinal);
            for (var i = 0; i < _pending.Count; i++)
            {
                Survive(_pending[i], chosen[i], torn is { } place && place.Effect == i ? place.Piece : -1);
            }

            var crashed = new SimulatedFileSystem();
            foreach (var (path, file) in names)
            {
                crashed.AddDurable(path, ContentOf(file));
            }

            return crashed;

            SimulatedContent ContentOf(SimulatedFile file) =>
                contents.TryGetValue(file, out var content) ? content : contents[file] = file.Durable.Copy();

            void Survive(SimulatedEffect effect, bool[] pieces, int tornPiece)
            {
                if (effect is NameEffect name && pieces[0])
                {
                    Bind(names, name);
                }

                if (effect is DataEffect whole && tornPiece < 0 && !pieces.Contains(false))
                {
                    whole.Apply(ContentOf(whole.File));
                    return;
                }

                for (var piece = 0; effect is DataEffect data && piece < pieces.Length; piece++)
                {
                    if (pieces[piece])
                    {
                        data.Apply(piece, ContentOf(data.File), piece == tornPiece ? garbage : null);
                    }
                }
            }
        }
    }

    /// <summary>
    /// The disk and the system's cache after the process died at this moment: nothing open, and what is pending stays
    /// pending; a call that is under way has done nothing yet. This file system stays as it is.
    /// </summary>
    public SimulatedFileSystem Kill()
    {
        lock (_lock)
        {
            var killed = new SimulatedFileSystem();
            var files = new Dictionary<SimulatedFile, SimulatedFile>();
            foreach (var (path, file) in _durableNames)
            {
                killed._durableNames[path] = Other(file);
            }

            foreach (var (path, file) in _names)
            {
                killed._names[path] = Other(file);
            }

            var done = _pending.Take(_pending.Count - (_isUnderWay ? 1 : 0));
            killed._pending.AddRange(done.Select(effect => effect.On(Other)));
            return killed;

            SimulatedFile Other(SimulatedFile file) => files.TryGetValue(file, out var other)
                ? other
                : files[file] = file.Copy();
        }
    }

    private void AddDurable(string path, SimulatedContent content)
    {
        // Bytes beyond the length were never part of the file.
        content.SetLength(content.Length, cut: true);
        var file = new SimulatedFile { Durable = content, Visible = content.Copy(), PendingLength = content.Length };
        _durableNames[path] = file;
        _names[path] = file;
    }
}
