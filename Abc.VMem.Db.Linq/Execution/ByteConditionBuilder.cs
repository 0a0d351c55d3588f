using System.Linq.Expressions;
using Abc.VMem.Db.Linq.Planning;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>Prepares conditions for the bytes of documents of one type under one schema.</summary>
internal sealed class ByteConditionBuilder(DocumentSchema schema, Type documentType)
{
    /// <summary>The condition on bytes; null when a part of it needs the decoded document.</summary>
    public ByteCondition? TryBuild(Condition condition) => TryBuild(condition, null);

    /// <param name="condition">The condition.</param>
    /// <param name="list">The list whose elements it is about; null for documents.</param>
    private ByteCondition? TryBuild(Condition condition, FieldReader? list)
    {
        switch (condition)
        {
            case ConstantCondition constant:
                return new ByteConstant(constant);
            case FieldCondition field:
                return TryBuildField(field, list);
            case TextCondition text:
                return SourceOf(text.Field, list) is { } textSource && IsText(textSource)
                    ? new ByteText(textSource, text.AtEnd, text.Part)
                    : null;
            case AnyCondition any:
                return TryBuildAny(any, list);
            case NotCondition not:
                return TryBuild(not.Inner, list) is { } inner ? new ByteNot(inner) : null;
            case AndCondition and:
                return TryBuildPair(and.Left, and.Right, list, isAnd: true);
            case OrCondition or:
                return TryBuildPair(or.Left, or.Right, list, isAnd: false);
            default:
                return null;
        }
    }

    private BytePair? TryBuildPair(Condition left, Condition right, FieldReader? list, bool isAnd) =>
        TryBuild(left, list) is { } first && TryBuild(right, list) is { } second
            ? new BytePair(first, second, isAnd)
            : null;

    private ByteCondition? TryBuildField(FieldCondition condition, FieldReader? list)
    {
        if (SourceOf(condition.Field, list) is not { } source)
        {
            return null;
        }

        if (FieldEncoding.InIndex(condition.Field.Type) is not { } encoding)
        {
            return condition.Test is CompareTest { Value: ConstantExpression { Value: null } } test
                ? new ByteNull(source, test.Operator)
                : null;
        }

        return EncoderOf(source, encoding) is { } encoder
            ? new ByteField(source, encoding, encoder, condition.Test)
            : null;
    }

    private ByteAny? TryBuildAny(AnyCondition any, FieldReader? outer)
    {
        if (SourceOf(any.List, outer) is not { IsElement: false } source)
        {
            return null;
        }

        if (any.Element is null)
        {
            return new ByteAny(source, source.Reader, null);
        }

        return TryBuild(any.Element, source.Reader) is { } element ? new ByteAny(source, source.Reader, element) : null;
    }

    private TokenSource? SourceOf(Field field, FieldReader? list)
    {
        if (field.IsElement)
        {
            return list is null ? null : new TokenSource(list, IsElement: true);
        }

        var reader = field.LocalPath is not { } path ? null
            : list is null ? FieldReader.Bind(schema, documentType, path)
            : list.BindInside(path);
        return reader is null ? null : new TokenSource(reader, IsElement: false);
    }

    private static bool IsText(TokenSource source) => source.Reader.EachType == typeof(string);

    private static TokenKeyEncoder? EncoderOf(TokenSource source, FieldEncoding encoding)
    {
        try
        {
            return TokenKeyEncoder.Create(source.Reader, encoding.Codec);
        }
        catch (ArgumentException)
        {
            // Stored in another way than the type's keys, as a type with a formatter of its own may be.
            return null;
        }
    }
}
