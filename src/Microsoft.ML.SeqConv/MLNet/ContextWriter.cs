using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;

namespace Microsoft.ML.SeqConv;

/// <summary>Writes nodes into the graph of ML.NET's own converter.</summary>
internal sealed class ContextWriter(OnnxContext context) : GraphWriter
{
    public override bool HasColumn(string column) => context.ContainsColumn(column);

    public override void RemoveColumn(string column) => context.RemoveColumn(column);

    public override string VariableOf(string column) => context.GetVariableName(column);

    public override string AddColumn(DataViewType type, string column) => context.AddIntermediateVariable(type, column);

    public override string Constant(string name, float[] values, params long[] dims)
        => context.AddInitializer(values, dims, name);

    public override string Constant(string name, long[] values, params long[] dims)
        => context.AddInitializer(values, dims, name);

    public override string AddVariable(string name) => context.AddIntermediateVariable(null!, name, skip: true);

    protected override void AddNode(
        string op, string name, string[] inputs, string[] outputs, (string Name, object Value)[] attributes)
    {
        OnnxNode node = context.CreateNode(op, inputs, outputs, context.GetNodeName(name), "");
        foreach ((string attribute, object value) in attributes)
        {
            switch (value)
            {
                case long number:
                    node.AddAttribute(attribute, number);
                    break;
                case float number:
                    node.AddAttribute(attribute, (double)number);
                    break;
                case string text:
                    node.AddAttribute(attribute, text);
                    break;
                case Type type:
                    node.AddAttribute(attribute, type);
                    break;
                case long[] numbers:
                    node.AddAttribute(attribute, (IEnumerable<long>)numbers);
                    break;
                default:
                    throw new ArgumentException(
                        $"The attribute '{attribute}' has a value of type {value.GetType().Name}.", nameof(attributes));
            }
        }
    }
}
