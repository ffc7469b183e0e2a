// Loads a model in a process that never mentions the library, scores a binary data view and prints the hash of the
// columns that the model adds. usage: FreshProcess MODEL.zip DATA.idv
using Microsoft.ML;
using Microsoft.ML.SeqConv.TestKit;

var context = new MLContext();
ITransformer model = context.Model.Load(args[0], out _);
IDataView data = context.Data.LoadFromBinary(args[1]);
Console.WriteLine(OutputHash.Of(model.Transform(data), data.Schema));
