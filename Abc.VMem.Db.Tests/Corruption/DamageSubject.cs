using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Corruption;

/// <summary>A program that uses one file: what it puts there, and how it reads all of it, part by part.</summary>
internal abstract class DamageSubject
{
    /// <summary>The data file.</summary>
    public const string Path = "/d.vmem";

    /// <summary>The log's files.</summary>
    public static readonly string[] Segments = [Path + "-wal0", Path + "-wal1"];

    /// <summary>Name in messages.</summary>
    public abstract string Name { get; }

    /// <summary>Names of the parts that are read one by one.</summary>
    public abstract IReadOnlyList<string> Parts { get; }

    /// <summary>From which part on reading costs so much that only some cases do it.</summary>
    public abstract int ExpensiveFrom { get; }

    /// <summary>Changes that are one commit each, from an empty file on.</summary>
    public abstract int Commits { get; }

    /// <summary>Opens the file.</summary>
    public abstract Session Open(IFileSystem files, EngineOptions options);

    /// <summary>The file, open.</summary>
    public abstract class Session : IDisposable
    {
        /// <summary>The engine.</summary>
        public abstract Engine Engine { get; }

        /// <summary>Makes the changes of a commit, and commits it.</summary>
        public abstract void Commit(int number);

        /// <summary>Reads a part as of the moment when <see cref="BeginRead"/> was called.</summary>
        public abstract void Read(int part, ContentDigest digest);

        /// <summary>Takes the moment.</summary>
        public abstract void BeginRead();

        /// <summary>Lets it go.</summary>
        public abstract void EndRead();

        /// <summary>Checks everything; returns whether it holds.</summary>
        public abstract bool Check();

        /// <summary>Adds something and takes it away again.</summary>
        public abstract void Write();

        /// <inheritdoc/>
        public abstract void Dispose();
    }
}
