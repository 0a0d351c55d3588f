using System.Linq.Expressions;
using Abc.VMem.Db.Collections;

namespace Abc.VMem.Db.Linq.Planning;

/// <summary>Whether the primary keys' own order is the one asked for.</summary>
internal enum PrimaryOrder
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>It is, or no order is asked for.</summary>
    Ascending,

    /// <summary>It is, backwards.</summary>
    Descending,
}

/// <summary>The order asked for, as fields where its keys are stored members.</summary>
internal sealed class OrderPlan
{
    /// <summary>Reads a query's order.</summary>
    public OrderPlan(QueryParts parts, CollectionDefinition definition)
    {
        Fields = [.. parts.Order.Select(key => FieldOf(parts.Document, key.Key))];
        IsDescending = [.. parts.Order.Select(key => key.IsDescending)];
        Primary = PrimaryOf(definition);
    }

    /// <summary>The fields that order, most significant first; null for a key that is computed.</summary>
    public IReadOnlyList<Field?> Fields { get; }

    /// <summary>Which of them are descending.</summary>
    public IReadOnlyList<bool> IsDescending { get; }

    /// <summary>Whether the primary keys give the order.</summary>
    public PrimaryOrder Primary { get; }

    /// <remarks>Primary keys are unique: whatever orders behind them orders nothing.</remarks>
    private PrimaryOrder PrimaryOf(CollectionDefinition definition)
    {
        if (Fields.Count == 0)
        {
            return PrimaryOrder.Ascending;
        }

        var isPrimary = definition.KeyPath is { } path && Fields[0] is { } field
            && KeyPart.Primary(path, definition.KeyCodec).EncodingOf(field) is not null;
        return !isPrimary ? PrimaryOrder.None
            : IsDescending[0] ? PrimaryOrder.Descending
            : PrimaryOrder.Ascending;
    }

    /// <remarks>A widened key may tie where the member does not, so it must be the member itself.</remarks>
    private static Field? FieldOf(ParameterExpression document, Expression key) =>
        new FieldFinder(document, null).TryFind(key, out var field) && Unwrap(field.Type) == Unwrap(key.Type)
            ? field
            : null;

    private static Type Unwrap(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum ? Enum.GetUnderlyingType(type) : type;
    }
}
