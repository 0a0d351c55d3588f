namespace Abc.VMem.Db;

/// <summary>Something is larger than a stated limit. Nothing was changed.</summary>
public sealed class LimitExceededException : VMemDbException
{
    /// <summary>Creates the exception; <paramref name="advice"/> says what to do.</summary>
    public LimitExceededException(string limit, long max, long actual, string advice)
        : base(FormattableString.Invariant($"{limit}: at most {max}, here {actual}. {advice}"))
    {
        (Limit, Max, Actual) = (limit, max, actual);
    }

    /// <summary>Name of the limit.</summary>
    public string Limit { get; }

    /// <summary>The largest value allowed.</summary>
    public long Max { get; }

    /// <summary>The value met.</summary>
    public long Actual { get; }
}
