using System.Collections;

namespace Abc.VMem.Db.Tests.Linq.Generated;

/// <summary>What a run of generated queries met.</summary>
internal sealed class QueryTally
{
    /// <summary>Answers compared in all their forms.</summary>
    public long Queries { get; set; }

    /// <summary>Answers where C# fails and ours, as documented, does not.</summary>
    public long FailuresInCode { get; set; }

    /// <summary>Right answers that are an exception.</summary>
    public long Failures { get; private set; }

    /// <summary>Right answers that hold something: a row, or a value that is no default.</summary>
    public long NotEmpty { get; private set; }

    /// <summary>Notes a right answer.</summary>
    public void Note(Answer answer)
    {
        Failures += answer.Failure is null ? 0 : 1;
        NotEmpty += answer.Value is null or false or 0 or 0L or ICollection { Count: 0 } ? 0 : 1;
    }
}
