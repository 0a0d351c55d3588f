using System.Linq.Expressions;
using Abc.VMem.Db.Linq.Parsing;

namespace Abc.VMem.Db.Linq.Planning;

internal sealed partial class ConditionTranslator
{
    private Condition? TranslateCall(MethodCallExpression call)
    {
        var home = call.Method.DeclaringType;
        if (home == typeof(string))
        {
            return TranslateText(call);
        }

        if (home == typeof(Enumerable))
        {
            return call.Method.Name switch
            {
                nameof(Enumerable.Contains) when call.Arguments.Count == 2 =>
                    Contains(call.Arguments[0], call.Arguments[1]),
                nameof(Enumerable.Any) => Any(call.Arguments[0], call.Arguments.Count == 2 ? call.Arguments[1] : null),
                _ => null,
            };
        }

        return call is { Method.Name: nameof(Enumerable.Contains), Object: { } list, Arguments: [var item] }
            && typeof(System.Collections.IEnumerable).IsAssignableFrom(list.Type)
            ? Contains(list, item)
            : null;
    }

    private Condition? TranslateText(MethodCallExpression call)
    {
        if (call is { Method.Name: nameof(string.IsNullOrEmpty), Arguments: [var text] })
        {
            return _fields.TryFind(text, out var tested)
                ? new OrCondition(Equal(tested, Expression.Constant(null)), Equal(tested, Expression.Constant("")))
                : null;
        }

        if (call.Object is null || !_fields.TryFind(call.Object, out var field) || !Operand.Is(call.Arguments[0])
            || !IsOrdinal(call))
        {
            return null;
        }

        return call.Method.Name switch
        {
            nameof(string.StartsWith) => new FieldCondition(field, new PrefixTest(call.Arguments[0])),
            nameof(string.EndsWith) => new TextCondition(field, AtEnd: true, call.Arguments[0]),
            nameof(string.Contains) => new TextCondition(field, AtEnd: false, call.Arguments[0]),
            _ => null,
        };
    }

    /// <remarks>Contains, and every form with a char, is ordinal by itself; the others were made so.</remarks>
    private static bool IsOrdinal(MethodCallExpression call) =>
        call.Arguments.Count == 1
        || (call.Arguments.Count == 2 && call.Arguments[1] is ConstantExpression { Value: StringComparison.Ordinal });

    private Condition? Contains(Expression list, Expression item)
    {
        if (Operand.Is(list))
        {
            return _fields.TryFind(item, out var field) && IsSimple(field.Type)
                ? new FieldCondition(field, new InTest(list))
                : null;
        }

        if (!Operand.Is(item) || FloatComparison.IsFloat(Nullable.GetUnderlyingType(item.Type) ?? item.Type))
        {
            return null;
        }

        var element = Expression.Parameter(ChainSplitter.ElementType(list.Type), "e");
        return element.Type == item.Type && IsSimple(element.Type)
            ? Any(list, Expression.Lambda(Expression.Equal(element, item), element))
            : null;
    }

    private Condition? Any(Expression list, Expression? predicate)
    {
        if (list is MethodCallExpression { Method.Name: nameof(Enumerable.Where) } where
            && where.Method.DeclaringType == typeof(Enumerable)
            && where.Arguments[1] is LambdaExpression { Parameters.Count: 1 } filter)
        {
            return Any(where.Arguments[0], Both(filter, predicate));
        }

        if (list is MethodCallExpression { Method.Name: nameof(Enumerable.Select) } select
            && select.Method.DeclaringType == typeof(Enumerable)
            && select.Arguments[1] is LambdaExpression { Parameters.Count: 1 } selector)
        {
            return Any(select.Arguments[0], OfSelected(selector, predicate));
        }

        if (!_fields.TryFindList(list, out var field, out var elementType))
        {
            return null;
        }

        return predicate switch
        {
            null => new AnyCondition(field, null),
            LambdaExpression lambda when lambda.Parameters[0].Type == elementType => new AnyCondition(
                field,
                new ConditionTranslator(lambda.Parameters[0], field).Translate(lambda.Body)),
            _ => null,
        };
    }

    private static LambdaExpression Both(LambdaExpression filter, Expression? predicate) =>
        predicate is LambdaExpression other
        ? Expression.Lambda(
            Expression.AndAlso(filter.Body, ParameterReplacer.Replace(other, filter.Parameters[0])),
            filter.Parameters)
        : filter;

    private static LambdaExpression? OfSelected(LambdaExpression selector, Expression? predicate) =>
        predicate is LambdaExpression lambda
            ? Expression.Lambda(ParameterReplacer.Replace(lambda, selector.Body), selector.Parameters)
            : null;
}
