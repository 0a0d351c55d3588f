using System.Collections.ObjectModel;
using System.Linq.Expressions;

namespace Abc.VMem.Db.Linq.Parsing;

internal sealed partial class ShapeReader
{
    private void VisitCall(MethodCallExpression call)
    {
        Add(ExpressionType.Call, call.Method);
        if (call.Object is not null)
        {
            Visit(call.Object);
        }

        IArgumentProvider arguments = call;
        var count = arguments.ArgumentCount;
        for (var i = 0; i < count; i++)
        {
            Visit(arguments.GetArgument(i));
        }
    }

    private void VisitLambda(LambdaExpression lambda)
    {
        var parameters = lambda.Parameters;
        Add(ExpressionType.Lambda, lambda.Type, parameters.Count);
        for (var i = 0; i < parameters.Count; i++)
        {
            IndexOf(parameters[i]);
        }

        Visit(lambda.Body);
    }

    private void VisitMember(MemberExpression member)
    {
        if (ShapeRules.IsInlined(member) && ShapeRules.Inline(member) is { } inlined)
        {
            Visit(inlined);
            return;
        }

        Add(ExpressionType.MemberAccess, member.Member);
        if (member.Expression is not null)
        {
            Visit(member.Expression);
        }
    }

    private void VisitConstant(ConstantExpression constant)
    {
        if (constant.Value is IQueryable queryable && !ReferenceEquals(queryable.Expression, constant)
            && queryable.Expression is not ConstantExpression)
        {
            Visit(queryable.Expression);
            return;
        }

        if (ShapeRules.IsPartOfShape(constant))
        {
            AddPartOfShape(constant);
            return;
        }

        Add(ExpressionType.Constant, constant.Type);
        AddConstant(constant.Value);
    }

    private void AddPartOfShape(ConstantExpression constant)
    {
        Add(ExpressionType.Constant, constant.Type, 1);
        Add(1, constant.Value);
    }

    private void VisitBinary(BinaryExpression binary)
    {
        Add(binary.NodeType, binary.Type);
        Add(binary.IsLiftedToNull ? 1 : 0, binary.Method);
        VisitOperand(binary.Left, binary.Right);
        if (binary.Conversion is not null)
        {
            Visit(binary.Conversion);
        }

        VisitOperand(binary.Right, binary.Left);
    }

    private void VisitOperand(Expression operand, Expression other)
    {
        if (ShapeRules.IsPartOfComparison(operand, other))
        {
            AddPartOfShape((ConstantExpression)operand);
        }
        else
        {
            Visit(operand);
        }
    }

    private void VisitRare(Expression node)
    {
        Add(node.NodeType, node.Type);
        switch (node)
        {
            case ConditionalExpression conditional:
                Visit(conditional.Test);
                Visit(conditional.IfTrue);
                Visit(conditional.IfFalse);
                break;
            case NewExpression creation:
                VisitNew(creation);
                break;
            case MemberInitExpression initialization:
                VisitNew(initialization.NewExpression);
                VisitBindings(initialization.Bindings);
                break;
            case ListInitExpression list:
                VisitNew(list.NewExpression);
                VisitInitializers(list.Initializers);
                break;
            case NewArrayExpression array:
                VisitAll(array.Expressions);
                break;
            case InvocationExpression invocation:
                Visit(invocation.Expression);
                VisitAll(invocation.Arguments);
                break;
            case TypeBinaryExpression test:
                Add(0, test.TypeOperand);
                Visit(test.Expression);
                break;
            case IndexExpression index:
                Add(0, index.Indexer);
                Visit(index.Object);
                VisitAll(index.Arguments);
                break;
            case DefaultExpression:
                break;
            default:
                IsCacheable = false;
                break;
        }
    }

    private void VisitNew(NewExpression creation)
    {
        Add((int)ExpressionType.New, (object?)creation.Constructor ?? creation.Type);
        VisitAll(creation.Arguments);
    }

    private void VisitAll(ReadOnlyCollection<Expression> nodes)
    {
        Add(nodes.Count, null);
        for (var i = 0; i < nodes.Count; i++)
        {
            Visit(nodes[i]);
        }
    }

    private void VisitBindings(ReadOnlyCollection<MemberBinding> bindings)
    {
        Add(bindings.Count, null);
        foreach (var binding in bindings)
        {
            Add((int)binding.BindingType, binding.Member);
            switch (binding)
            {
                case MemberAssignment assignment:
                    Visit(assignment.Expression);
                    break;
                case MemberMemberBinding nested:
                    VisitBindings(nested.Bindings);
                    break;
                case MemberListBinding list:
                    VisitInitializers(list.Initializers);
                    break;
                default:
                    IsCacheable = false;
                    break;
            }
        }
    }

    private void VisitInitializers(ReadOnlyCollection<ElementInit> initializers)
    {
        Add(initializers.Count, null);
        foreach (var initializer in initializers)
        {
            Add(0, initializer.AddMethod);
            VisitAll(initializer.Arguments);
        }
    }
}
