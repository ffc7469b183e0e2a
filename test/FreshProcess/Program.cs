// Two things that need a process of their own:
//   FreshProcess MODEL.zip DATA.idv loads a model without mentioning the library, scores a binary data view and prints
//                                     the hash of the columns that the model adds
//   FreshProcess pipelines            fits pipelines and prints the hash of what each makes, see PipelineBits
using Microsoft.ML;
using Microsoft.ML.SeqConv.TestKit;

if (args is ["pipelines"])
{
    PipelineBits.Print(Console.Out);
    return;
}

var context = new MLContext();
ITransformer model = context.Model.Load(args[0], out _);
IDataView data = context.Data.LoadFromBinary(args[1]);
Console.WriteLine(OutputHash.Of(model.Transform(data), data.Schema));
