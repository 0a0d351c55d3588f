using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Throws out of line, so that hot paths stay small.</summary>
internal static class MapErrors
{
    /// <summary>A node that the format does not allow.</summary>
    [DoesNotReturn]
    public static void ThrowNode(PagePos page, string expected, string found) =>
        throw new CorruptDatabaseException("map node", page.Value, expected, found);

    /// <summary>A node that the format does not allow, with the offending number.</summary>
    [DoesNotReturn]
    public static void ThrowNode(PagePos page, string expected, long found) =>
        ThrowNode(page, expected, found.ToString(CultureInfo.InvariantCulture));

    /// <summary>An overflow chain that the format does not allow.</summary>
    [DoesNotReturn]
    public static void ThrowOverflow(PagePos page, string expected, string found) =>
        throw new CorruptDatabaseException("overflow chain", page.Value, expected, found);

    /// <summary>An overflow chain that the format does not allow, with the offending number.</summary>
    [DoesNotReturn]
    public static void ThrowOverflow(PagePos page, string expected, long found) =>
        ThrowOverflow(page, expected, found.ToString(CultureInfo.InvariantCulture));

    /// <summary>A state that the format does not allow.</summary>
    [DoesNotReturn]
    public static void ThrowState(PageAddress address, string expected, string found) =>
        throw new CorruptDatabaseException(
            string.Create(CultureInfo.InvariantCulture, $"map state at byte {address.Offset}"),
            address.Page.Value, expected, found);
}
