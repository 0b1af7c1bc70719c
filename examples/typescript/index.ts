// Generate the SDK from the installed plugin: pulumi package add "$(which pulumi-resource-seldon-secrets)"
import * as pulumi from "@pulumi/pulumi";
import { GcsBucketSecret, RcloneBucketSecret, RegistrySecret, S3BucketSecret } from "@pulumi/seldon-secrets";

const config = new pulumi.Config();
const namespace = config.require("namespace");

const models = new S3BucketSecret("models", {
    remote: "models",
    namespace,
    accessKeyId: config.requireSecret("accessKeyId"),
    secretAccessKey: config.requireSecret("secretAccessKey"),
    region: "eu-central-1",
    labels: { team: "fraud" },
});
const pictures = new GcsBucketSecret("pictures", {
    remote: "pictures",
    namespace,
    credentials: config.requireSecret("gcsCredentials"),
});
const files = new RcloneBucketSecret("files", {
    remote: "files",
    namespace,
    type: "webdav",
    formats: ["env_var"],
    // All options in a single secret: {"url": …, "vendor": …, "user": …, "pass": …}
    parameters: config.requireSecretObject<Record<string, string>>("webdav"),
});
const registry = new RegistrySecret("ghcr", {
    secretName: "ghcr",
    namespace,
    server: "ghcr.io",
    username: "robot",
    password: config.requireSecret("registryPassword"),
});

export const modelUri = pulumi.interpolate`${models.uriPrefix}models/iris`;
export const core1EnvSecretRefName = models.envVarSecretName;
export const core2SecretName = pictures.configParamSecretName;
export const filesSecretName = files.envVarSecretName;
export const imagePullSecret = registry.secretName;
