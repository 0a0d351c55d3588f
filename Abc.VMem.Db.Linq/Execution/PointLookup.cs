using System.Linq.Expressions;
using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Linq.Parsing;
using Abc.VMem.Db.Linq.Planning;
using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>
/// The shortest way: a query that asks for nothing but one primary key, by a value of the key's own type. Thread-safe.
/// </summary>
internal sealed class PointLookup
{
    private readonly KeyCodec _codec;
    private readonly Type _type;
    private readonly int _slot;

    private PointLookup(KeyCodec codec, Type type, int slot) => (_codec, _type, _slot) = (codec, type, slot);

    /// <summary>The lookup that conditions ask for; null when they ask for anything else.</summary>
    public static PointLookup? TryCreate(IReadOnlyList<Condition> conditions, CollectionDefinition definition)
    {
        if (conditions is not [FieldCondition { Test: CompareTest test } condition]
            || test is not { Operator: ExpressionType.Equal, Value: SlotExpression slot }
            || definition.KeyPath is not { } path
            || KeyPart.Primary(path, definition.KeyCodec).EncodingOf(condition.Field) is not { } encoding
            || encoding.Type == typeof(string))
        {
            return null;
        }

        return new PointLookup(KeyCodecs.Primary(encoding.Type), encoding.Type, slot.Slot.Index);
    }

    /// <summary>
    /// Fetches the document; false when there is none. Null when the value is none of the key's type, so that only the
    /// long way knows what it means.
    /// </summary>
    public bool? TryFetch(CollectionReader reader, QueryArguments arguments, ValueBuffer document)
    {
        if (!arguments.TryGet(_slot, out var value) || value is null || value.GetType() != _type)
        {
            return null;
        }

        var key = WorkBuffers.TakeKey();
        _codec.EncodeObject(value, key);
        var isThere = reader.TryFetch(key.Span, document);
        WorkBuffers.Return(key);
        return isThere;
    }
}
