using System.Diagnostics;
using System.Linq.Expressions;
using System.Reflection;

namespace Abc.VMem.Db.Tests.Linq.Generated;

/// <summary>
/// Makes a query that gives a wrong answer, and the documents on which it does, as small as they still give one.
/// </summary>
/// <param name="fails">Whether a query still fails on documents.</param>
internal sealed class QueryShrinker(Func<GeneratedQuery, List<Thing>, List<Part>, bool> fails)
{
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(40);
    private readonly Stopwatch _time = Stopwatch.StartNew();

    /// <summary>Shrinks documents, query and documents again.</summary>
    public (GeneratedQuery Query, List<Thing> Things, List<Part> Parts) Shrink(
        GeneratedQuery query, List<Thing> things, List<Part> parts)
    {
        for (var before = int.MaxValue; Size() < before && !IsLate;)
        {
            before = Size();
            things = Fewer(things, fewer => fails(query, fewer, parts));
            parts = Fewer(parts, fewer => fails(query, things, fewer));
            query = Smaller(query, smaller => fails(smaller, things, parts));
            things = Plainer(things, plainer => fails(query, plainer, parts));
        }

        return (query, things, parts);

        int Size() => Nodes(query.Body).Count + things.Count + parts.Count + things.Sum(t => DocumentText.Of(t).Length);
    }

    /// <summary>All nodes of a query but those of its sources.</summary>
    public static List<Expression> Nodes(Expression query)
    {
        var collector = new Collector();
        collector.Visit(query);
        return collector.Nodes;
    }

    private bool IsLate => _time.Elapsed > MaxTime;

    /// <summary>Leaves out halves, quarters … of a list, as long as it fails.</summary>
    private List<T> Fewer<T>(List<T> list, Func<List<T>, bool> stillFails)
    {
        for (var length = (list.Count + 1) / 2; length > 0 && !IsLate; length = length == 1 ? 0 : (length + 1) / 2)
        {
            for (var from = 0; from < list.Count && !IsLate;)
            {
                List<T> fewer = [.. list.Take(from), .. list.Skip(from + length)];
                if (fewer.Count < list.Count && stillFails(fewer))
                {
                    list = fewer;
                }
                else
                {
                    from += length;
                }
            }
        }

        return list;
    }

    /// <summary>Gives members their defaults, as long as it fails.</summary>
    private List<Thing> Plainer(List<Thing> things, Func<List<Thing>, bool> stillFails)
    {
        var properties = typeof(Thing).GetProperties().Where(p => p.CanWrite && p.Name is not ("Id" or "Key"));
        foreach (var property in properties)
        {
            for (var i = 0; i < things.Count && i < 4 && !IsLate; i++)
            {
                if (WithDefault(things[i], property) is { } plainer)
                {
                    List<Thing> changed = [.. things.Take(i), plainer, .. things.Skip(i + 1)];
                    things = stillFails(changed) ? changed : things;
                }
            }
        }

        return things;
    }

    private static Thing? WithDefault(Thing thing, PropertyInfo property)
    {
        var standard = property.GetValue(new Thing());
        if (DocumentText.Of(property.GetValue(thing)) == DocumentText.Of(standard))
        {
            return null;
        }

        return RandomDocuments.Copy(thing, copy => property.SetValue(copy, standard));
    }

    /// <summary>Puts parts of the query in the place of the whole of them, as long as it fails.</summary>
    private GeneratedQuery Smaller(GeneratedQuery query, Func<GeneratedQuery, bool> stillFails)
    {
        var wasSmaller = true;
        while (wasSmaller && !IsLate)
        {
            wasSmaller = false;
            foreach (var smaller in Candidates(query.Body))
            {
                if (IsLate)
                {
                    break;
                }

                var begins = new GeneratedQuery(smaller).Root;
                var isQuery = begins == GeneratedQuery.Things || begins == GeneratedQuery.Parts;
                if (isQuery && IsClosed(smaller) && stillFails(new GeneratedQuery(smaller)))
                {
                    query = new GeneratedQuery(smaller);
                    wasSmaller = true;
                    break;
                }
            }
        }

        return query;
    }

    /// <summary>The query with one node replaced by a node below it, or by a constant.</summary>
    private static IEnumerable<Expression> Candidates(Expression query)
    {
        // Another end, or none: the rows before it.
        if (query is MethodCallExpression { Arguments: [var rows, ..] }
            && typeof(IQueryable).IsAssignableFrom(rows.Type))
        {
            yield return rows;
            var count = Expression.Call(
                typeof(Queryable), nameof(Queryable.Count), [rows.Type.GetGenericArguments()[0]], rows);
            if (Nodes(count).Count < Nodes(query).Count)
            {
                yield return count;
            }
        }

        foreach (var node in Nodes(query))
        {
            foreach (var below in Nodes(node).Skip(1))
            {
                if (below.Type == node.Type || (node.Type.IsAssignableFrom(below.Type) && node is MethodCallExpression))
                {
                    yield return new Replacer { [node] = below }.Visit(query);
                }
            }

            if (node is not ConstantExpression && node.Type == typeof(bool))
            {
                yield return new Replacer { [node] = Expression.Constant(true) }.Visit(query);
                yield return new Replacer { [node] = Expression.Constant(false) }.Visit(query);
            }
            else if (node is not (ConstantExpression or MemberExpression or ParameterExpression)
                && RandomValues.Scalars.Contains(node.Type))
            {
                var standard = node.Type.IsValueType ? Activator.CreateInstance(node.Type) : "";
                yield return new Replacer { [node] = Expression.Constant(standard, node.Type) }.Visit(query);
            }
        }
    }

    /// <summary>Whether no parameter is used outside of its lambda.</summary>
    private static bool IsClosed(Expression query)
    {
        var nodes = Nodes(query);
        var bound = nodes.OfType<LambdaExpression>().SelectMany(lambda => lambda.Parameters).ToHashSet();
        bound.Add(GeneratedQuery.Things);
        bound.Add(GeneratedQuery.Parts);
        return nodes.OfType<ParameterExpression>().All(bound.Contains) && Scopes.AreRight(query);
    }

    private sealed class Collector : ExpressionVisitor
    {
        public List<Expression> Nodes { get; } = [];

        public override Expression? Visit(Expression? node)
        {
            if (node is not null and not UnaryExpression { NodeType: ExpressionType.Quote })
            {
                Nodes.Add(node);
            }

            return base.Visit(node);
        }
    }

    private sealed class Scopes : ExpressionVisitor
    {
        private readonly HashSet<ParameterExpression> _open = [GeneratedQuery.Things, GeneratedQuery.Parts];
        private bool _areRight = true;

        public static bool AreRight(Expression query)
        {
            var scopes = new Scopes();
            scopes.Visit(query);
            return scopes._areRight;
        }

        protected override Expression VisitLambda<T>(Expression<T> node)
        {
            _open.UnionWith(node.Parameters);
            Visit(node.Body);
            _open.ExceptWith(node.Parameters);
            return node;
        }

        protected override Expression VisitParameter(ParameterExpression node)
        {
            _areRight &= _open.Contains(node);
            return node;
        }
    }
}
