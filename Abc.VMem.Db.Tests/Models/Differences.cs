using System.Globalization;

namespace Abc.VMem.Db.Tests.Models;

/// <summary>Compares what came with what the model says: null when they agree, else the difference.</summary>
internal static class Differences
{
    public static string? Of<T>(T expected, T actual) =>
        EqualityComparer<T>.Default.Equals(expected, actual)
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"Expected {expected}, but it is {actual}.");

    /// <summary>Compares in order, each actual with each expected by a condition.</summary>
    public static string? OfAll<TExpected, TActual>(
        IEnumerable<TExpected> expected, IEnumerable<TActual> actual, Func<TExpected, TActual, bool> isSame)
    {
        using var rest = expected.GetEnumerator();
        var count = 0;
        foreach (var item in actual)
        {
            if (!rest.MoveNext())
            {
                return string.Create(CultureInfo.InvariantCulture, $"Expected {count} of them, but there is {item}.");
            }

            if (!isSame(rest.Current, item))
            {
                return string.Create(
                    CultureInfo.InvariantCulture, $"Expected {rest.Current} as number {count}, but it is {item}.");
            }

            count++;
        }

        return rest.MoveNext()
            ? string.Create(CultureInfo.InvariantCulture, $"Expected {rest.Current} after {count} of them.")
            : null;
    }

    /// <summary>Demands an exception.</summary>
    public static string? Throws<TException>(Action act)
        where TException : Exception
    {
        try
        {
            act();
        }
        catch (TException)
        {
            return null;
        }

        return $"Expected {typeof(TException).Name}, but nothing was thrown.";
    }
}
